{{ config(materialized='ephemeral') }}

with

responses as (

    select
        *,
        dense_rank() over (order by lane) as lane_number
    from {{ ref('int_responses_batched') }}

),

odds as (

    select * from {{ ref('int_odds_batched') }}

),

-- only there an event's sport is not that of the call
upcoming_events as (

    select
        odds.response_seq,
        odds.event_id,
        odds.sport_key
    from odds
    inner join responses
        on odds.response_seq = responses.response_seq
    where odds.bookmaker_key is null and responses.sport_key = 'upcoming'

),

event_chains as (

    select distinct
        chain_event_id,
        market_key
    from {{ ref('int_response_turns') }}
    where chain_event_id != ''

),

final as (

    select
        {{ quote_columns('odds') }},
        {{ base_market('odds.market_key') }} as base_market_key,
        responses.lane_number,
        responses.is_new or responses.is_contested as is_rebuilt,
        coalesce(upcoming_events.sport_key, responses.sport_key) as chain_sport_key,
        coalesce(event_chains.chain_event_id, '') as chain_event_id,
        case when responses.regions is not null then '' end as region_target
    from odds
    inner join responses
        on odds.response_seq = responses.response_seq
    left join upcoming_events
        on
            odds.response_seq = upcoming_events.response_seq
            and odds.event_id = upcoming_events.event_id
    left join event_chains
        on
            odds.event_id = event_chains.chain_event_id
            and {{ base_market('odds.market_key') }} = event_chains.market_key
    where odds.bookmaker_key is not null

)

select * from final
