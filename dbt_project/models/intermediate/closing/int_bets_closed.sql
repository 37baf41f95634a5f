{{ config(indexes=lookup_indexes(['bet_id']), pre_hook='{{ without_nested_loops() }}') }}

with

bets as (

    select
        bets.*,
        coalesce(moments.convention, 'start') as convention,
        moments.moment,
        events.starts_at,
        events.status,
        events.event_id as known_event_id,
        events.home_team,
        clock.as_of,
        default_methods.method,
        markets.market_kind,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        {{ has_alternate_lines('bets.market_key') }} as has_many_lines
    from {{ ref('int_bets_to_value') }} as bets
    cross join {{ ref('stg_run__clock') }} as clock
    -- of an event that is not known there are none
    left join {{ ref('int_bet_moments') }} as moments
        on bets.bet_id = moments.bet_id
    left join {{ ref('dim_events') }} as events
        on bets.event_id = events.event_id
    left join {{ ref('markets') }} as markets
        on bets.market_key = markets.market_key
    left join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind

),

-- why a bet has no closing-line value at all, whatever the market did
classified as (

    select
        *,
        case when outcome_name in (home_team, 'Over') then 1 else 2 end as side_no,
        case
            when market_kind = 'spread' and outcome_name = home_team then 0 - point
            else point
        end as threshold,
        case when has_many_lines then point end as line,
        case
            when known_event_id is null then 'unknown_event'
            when status in ('postponed', 'cancelled') then 'event_off'
            when starts_at > as_of then 'not_started'
            when placed_at >= starts_at then 'placed_in_play'
        end as unusable_reason
    from bets

),

own_closes as (

    select
        classified.bet_id,
        classified.moment,
        closes.point,
        closes.decimal_price,
        closes.missing_reason,
        coalesce(closes.point = classified.point, closes.point is null and classified.point is null)
            as is_at_point
    from classified
    inner join {{ ref('fct_closing_lines') }} as closes
        on {{ same_quote('classified', 'closes') }}
    where classified.convention = 'start'

),

own_fair as (

    select * from {{ ref('int_fair_at_moments') }}
    where moment = 'close'
    union all
    select * from {{ ref('int_fair_at_bets') }}

),

reference_closes as (

    select
        {{ reference_columns() }},
        'close' as moment
    from {{ ref('fct_reference_closes') }}
    union all
    select
        {{ reference_columns() }},
        moment
    from {{ ref('int_references_at_bets') }}

),

final as (

    select
        bets.bet_id,
        bets.convention,
        bets.moment,
        bets.event_id,
        bets.bookmaker_key,
        bets.market_key,
        bets.outcome_name,
        bets.outcome_description,
        bets.point,
        bets.decimal_price,
        bets.placed_at,
        bets.starts_at,
        bets.method,
        bets.score_kind,
        bets.side_no,
        bets.threshold,
        bets.unusable_reason,
        at_point.reference_source,
        at_point.sharp_bookmaker_key as reference_bookmaker_key,
        main_line.point as close_point,
        at_point.sharp_decimal_price as close_decimal_price,
        at_point.fair_probability as close_fair_probability,
        case
            when bets.unusable_reason is not null then bets.unusable_reason
            when at_point.event_id is not null then null
            when bets.moment is null then 'no_such_moment'
            when main_line.event_id is not null then 'other_point'
            else 'no_close'
        end as missing_reason,
        own_closes.point as own_close_point,
        case
            when own_closes.is_at_point then own_closes.decimal_price
            when bets.moment != 'close' then own_fair.decimal_price
        end as own_close_decimal_price,
        own_fair.fair_probability as own_close_fair_probability,
        case
            when bets.unusable_reason is not null then bets.unusable_reason
            when bets.moment is null then 'no_such_moment'
            when bets.moment != 'close'
                then case when own_fair.event_id is null then 'no_price' end
            when own_closes.bet_id is null then 'never_quoted'
            when own_closes.missing_reason is not null then own_closes.missing_reason
            when not own_closes.is_at_point then 'other_point'
        end as own_missing_reason
    from classified as bets
    left join own_closes
        on
            bets.bet_id = own_closes.bet_id
            and bets.moment = own_closes.moment
            and bets.unusable_reason is null
    left join own_fair
        on
            bets.event_id = own_fair.event_id
            and bets.moment = own_fair.moment
            and bets.bookmaker_key = own_fair.bookmaker_key
            and bets.market_key = own_fair.market_key
            and bets.outcome_name = own_fair.outcome_name
            and bets.outcome_description is not distinct from own_fair.outcome_description
            and bets.point is not distinct from own_fair.point
            and bets.method = own_fair.method
            and bets.unusable_reason is null
    left join reference_closes as at_point
        on
            bets.event_id = at_point.event_id
            and bets.moment = at_point.moment
            and bets.market_key = at_point.market_key
            and bets.outcome_name = at_point.outcome_name
            and bets.outcome_description is not distinct from at_point.outcome_description
            and bets.point is not distinct from at_point.point
            and bets.unusable_reason is null
    -- a market of many lines has no line of its own that a bet's could be compared with
    left join reference_closes as main_line
        on
            bets.event_id = main_line.event_id
            and bets.moment = main_line.moment
            and bets.market_key = main_line.market_key
            and bets.outcome_name = main_line.outcome_name
            and bets.outcome_description is not distinct from main_line.outcome_description
            and main_line.is_main_line
            and not bets.has_many_lines
            and bets.unusable_reason is null

)

select * from final
