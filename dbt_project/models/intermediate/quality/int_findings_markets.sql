{{ config(materialized='ephemeral') }}

with

banded as (

    select
        versions.*,
        bands.low,
        bands.high,
        {{ overround('versions.implied_total') }} as overround
    from {{ ref('int_sets_unchecked') }} as versions
    left join {{ ref('overround_bands') }} as bands
        on versions.kind = bands.kind and versions.market_kind = bands.market_kind

),

-- a side whose price is impossible or whose name nobody knows is not missing: it says so itself
explained as (

    select * from {{ ref('int_findings_prices') }}
    where rule_id = 'impossible_price'
    union all
    select * from {{ ref('int_findings_outcomes') }}

),

judged as (

    select
        *,
        case
            when low >= 0 and overround <= 0 then 'overround_not_positive'
            when overround < low then 'overround_below_band'
            when overround > high then 'overround_above_band'
            when implied_total is not null or outcome_count is null then null
            when decimal_1 is null or decimal_2 is null or outcome_count = 3 and decimal_3 is null
                then case when is_featured and kind != 'exchange' then 'one_sided_market' end
            when point_1 is null or point_2 is null then null
            when market_kind = 'spread' then 'unmirrored_spread'
            when market_kind in ('total', 'team_total') then 'unequal_total'
        end as rule_id
    from banded

),

broken as (

    select judged.*
    from judged
    where
        judged.rule_id is not null
        and not exists (
            select 1 from explained
            where
                judged.event_id = explained.event_id
                and judged.bookmaker_key = explained.bookmaker_key
                and judged.market_key = explained.market_key
                and explained.cause_at <= judged.valid_from
                and (explained.until_at > judged.valid_from or explained.until_at is null)
        )

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('broken') ~ " || coalesce(', overround ' || " ~ number_text('100 * overround', 2) ~ " || ' %', '')",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from broken

)

select * from final
