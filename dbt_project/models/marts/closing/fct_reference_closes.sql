with

consensus as (

    select
        consensus.*,
        {{ event_labels('events') }}
    from {{ ref('int_consensus_at_moments') }} as consensus
    inner join {{ ref('int_events_labelled') }} as events
        on consensus.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on consensus.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    where
        consensus.moment = 'close'
        and consensus.method = default_methods.method

),

-- what the sharp book asked, its margin still in it
sharp_closes as (

    select * from {{ ref('int_fair_at_moments') }}
    where moment = 'close'

),

opinions as (

    select
        consensus.event_id,
        consensus.market_key,
        consensus.outcome_name,
        consensus.outcome_description,
        consensus.point,
        consensus.method,
        case when consensus.sharp_probability is null then 'consensus' else 'sharp' end
            as reference_source,
        consensus.sharp_bookmaker_key,
        sharp_closes.decimal_price as sharp_decimal_price,
        coalesce(consensus.sharp_probability, consensus.fair_probability) as fair_probability,
        consensus.source_count,
        {{ event_labels('consensus') }},
        -- the line it closed at: the sharp's, else the one most sources had, nearest to even
        row_number() over (
            partition by
                consensus.event_id,
                consensus.market_key,
                consensus.outcome_name,
                consensus.outcome_description
            order by
                sharp_references.priority asc nulls last,
                consensus.source_count desc,
                abs(consensus.fair_probability - 0.5) asc,
                consensus.point asc nulls last
        ) as main_rank
    from consensus
    left join sharp_closes
        on
            {{ same_outcome('consensus', 'sharp_closes') }}
            and consensus.sharp_bookmaker_key = sharp_closes.bookmaker_key
    left join {{ ref('sharp_references') }} as sharp_references
        on consensus.sharp_bookmaker_key = sharp_references.bookmaker_key

),

compared as (

    select
        *,
        max(case when reference_source = 'sharp' then 1 else 0 end) over (
            partition by event_id, market_key, outcome_name, outcome_description
        ) as has_sharp
    from opinions

),

-- a line the sharp left behind, or one book held, is no market: a bet there would judge itself
final as (

    select
        event_id,
        market_key,
        outcome_name,
        outcome_description,
        point,
        method,
        reference_source,
        sharp_bookmaker_key,
        sharp_decimal_price,
        fair_probability,
        source_count,
        main_rank = 1 as is_main_line,
        sport_key,
        season,
        home_team,
        away_team,
        starts_at
    from compared
    where reference_source = 'sharp' or (has_sharp = 0 and source_count > 1)

)

select * from final
