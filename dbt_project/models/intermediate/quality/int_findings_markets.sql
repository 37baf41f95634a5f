{{ config(indexes=lookup_indexes(['event_id']), pre_hook='{{ without_nested_loops() }}') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

sets as (

    select
        *,
        {{ overround('implied_total') }} as overround
    from {{ ref('int_sets_to_validate') }}

),

-- a side whose price is impossible or whose name nobody knows is not missing: it says so itself
explained as (

    select * from {{ ref('int_findings_quotes') }}
    where rule_id in ('impossible_price', 'unmatched_outcome_name', 'missing_point')

),

classified as (

    select
        sets.*,
        case
            when bands.low >= 0 and sets.overround <= 0 then 'overround_not_positive'
            when sets.overround < bands.low then 'overround_below_band'
            when sets.overround > bands.high then 'overround_above_band'
            when sets.implied_total is not null or sets.outcome_count is null then null
            when
                sets.decimal_1 is null
                or sets.decimal_2 is null
                or sets.outcome_count = 3 and sets.decimal_3 is null
                then
                    case
                        when sets.is_featured and sets.kind != 'exchange' then 'one_sided_market'
                    end
            when sets.point_1 is null or sets.point_2 is null then null
            when sets.market_kind = 'spread' then 'unmirrored_spread'
            when sets.market_kind in ('total', 'team_total') then 'unequal_total'
        end as rule_id
    from sets
    left join {{ ref('overround_bands') }} as bands
        on sets.kind = bands.kind and sets.market_kind = bands.market_kind

),

broken as (

    select classified.*
    from classified
    where
        classified.rule_id is not null
        and not exists (
            select 1 from explained
            where
                classified.event_id = explained.event_id
                and classified.bookmaker_key = explained.bookmaker_key
                and classified.market_key = explained.market_key
                and explained.cause_at <= classified.valid_from
                and (explained.until_at > classified.valid_from or explained.until_at is null)
        )

),

spreads as (

    -- who wins by more than a line also wins: below half a point a tie would count on both sides
    select * from sets
    where implied_total is not null and market_key = 'spreads' and abs(set_point) >= 0.5

),

moneylines as (

    select * from sets
    where implied_total is not null and market_key = 'h2h'

),

compared as (

    select
        spreads.*,
        moneylines.decimal_1 as win_decimal_1,
        moneylines.decimal_2 as win_decimal_2,
        greatest(spreads.valid_from, moneylines.valid_from) as seen_at,
        least(spreads.valid_to, moneylines.valid_to) as until_at,
        case
            when spreads.set_point < 0 then spreads.lowest_1 - moneylines.implied_1
            else (1 - spreads.highest_1) - moneylines.implied_2
        end as contradiction
    from spreads
    inner join moneylines
        on
            spreads.event_id = moneylines.event_id
            and spreads.bookmaker_key = moneylines.bookmaker_key
    where
        (spreads.valid_from < moneylines.valid_to or moneylines.valid_to is null)
        and (moneylines.valid_from < spreads.valid_to or spreads.valid_to is null)

),

contradictory as (

    select
        compared.*,
        rules.rule_id
    from compared
    inner join rules
        on rules.rule_id = 'spread_against_moneyline' and compared.contradiction > rules.threshold

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
    union all
    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('contradictory') ~ " || '; to win at ' || " ~ number_text('win_decimal_1', 3)
            ~ " || ' and ' || " ~ number_text('win_decimal_2', 3),
            seen_at='seen_at',
            cause_at='valid_from',
            until_at='until_at'
        ) }}
    from contradictory

)

select * from final
