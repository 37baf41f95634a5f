with

offers as (

    select * from {{ ref('fct_offers_valued') }}
    where moment = 'now' and is_edge

),

clock as (

    select * from {{ ref('stg_run__clock') }}

),

final as (

    select
        offers.event_id,
        offers.sport_key,
        offers.season,
        offers.home_team,
        offers.away_team,
        offers.starts_at,
        offers.market_key,
        offers.outcome_name,
        offers.outcome_description,
        offers.point,
        offers.bookmaker_key,
        offers.american_price,
        offers.decimal_price,
        offers.net_decimal_price,
        offers.captured_at,
        offers.age_minutes,
        offers.fair_probability,
        1 / offers.fair_probability as fair_decimal_price,
        offers.worst_case_probability,
        offers.push_probability,
        offers.ev_default,
        offers.ev_worst_case,
        offers.ev_error,
        offers.ev_default > offers.ev_error as is_beyond_error,
        offers.kelly_fraction,
        offers.is_point_adjusted,
        offers.point_adjusted_ev,
        offers.distribution_source,
        offers.reference_count as source_count,
        offers.dispersion,
        {{ minutes_between('offers.reference_captured_at', 'clock.as_of') }}
            as reference_age_minutes,
        sharp_references.bookmaker_key as sharp_bookmaker_key,
        case
            when offers.sharp_priority = 1 then 'primary'
            when offers.sharp_priority is not null then 'fallback'
            else 'sharp_missing'
        end as sharp_status,
        {{ is_fresh('offers.age_minutes') }}
        and {{ is_fresh(minutes_between('offers.reference_captured_at', 'clock.as_of')) }}
            as is_fresh,
        {{ capped_kelly('offers.kelly_fraction') }} as kelly_capped,
        offers.kelly_worst_case,
        -- edges that the error could explain come last
        cast(row_number() over (
            order by
                case when offers.ev_default > offers.ev_error then 1 else 2 end,
                {{ nine_digits('offers.ev_default') }} desc nulls last,
                offers.event_id collate "C",
                offers.market_key collate "C",
                offers.outcome_name collate "C",
                coalesce(offers.outcome_description, '') collate "C",
                offers.point asc nulls last,
                offers.bookmaker_key collate "C"
        ) as integer) as edge_rank
    from offers
    cross join clock
    left join {{ ref('sharp_references') }} as sharp_references
        on offers.sharp_priority = sharp_references.priority

)

select * from final
