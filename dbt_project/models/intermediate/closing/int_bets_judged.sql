{{ config(materialized='ephemeral') }}

with

bets as (

    select
        bets.*,
        events.starts_at,
        events.status,
        events.event_id as known_event_id,
        events.home_team,
        clock.as_of,
        default_methods.method,
        markets.market_kind,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        {{ lists_many_lines('bets.market_key') }} as has_many_lines
    from {{ ref('stg_bets__bets') }} as bets
    cross join {{ ref('stg_run__clock') }} as clock
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
final as (

    select
        bet_id,
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        decimal_price,
        placed_at,
        starts_at,
        method,
        score_kind,
        case when outcome_name in (home_team, 'Over') then 1 else 2 end as slot,
        case
            when market_kind = 'spread' and outcome_name = home_team then 0 - point
            else point
        end as threshold,
        has_many_lines,
        case when has_many_lines then point end as line,
        case
            when known_event_id is null then 'unknown_event'
            when status in ('postponed', 'cancelled') then 'event_off'
            when starts_at > as_of then 'not_started'
            when placed_at >= starts_at then 'placed_in_play'
        end as unusable_reason
    from bets

)

select * from final
