{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_pieces_contested') }}
{%- set has_mixed_lanes = batch_has_mixed_lanes(ref('int_responses_batched')) %}

with

responses as (

    select
        *,
        dense_rank() over (order by lane) as lane_number
    from {{ ref('int_responses_batched') }}

),

turns as (

    select * from {{ ref('int_response_turns') }}

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
    from turns
    where chain_event_id != ''

),

quotes as (

    select
        odds.*,
        {{ base_market('odds.market_key') }} as base_market_key,
        responses.lane_number,
        case when responses.regions is not null then '' end as region_target,
        responses.is_new or responses.is_contested as is_rebuilt,
        coalesce(upcoming_events.sport_key, responses.sport_key) as chain_sport_key
    from odds
    inner join responses
        on odds.response_seq = responses.response_seq
    left join upcoming_events
        on
            odds.response_seq = upcoming_events.response_seq
            and odds.event_id = upcoming_events.event_id
    where odds.bookmaker_key is not null

),

final as (

    select
        quotes.response_seq,
        quotes.event_id,
        quotes.bookmaker_key,
        quotes.market_key,
        quotes.outcome_name,
        quotes.outcome_description,
        quotes.line,
        quotes.point,
        quotes.american_price,
        quotes.decimal_price,
        quotes.market_updated_at,
        quotes.is_in_play,
        quotes.is_stale,
        quotes.lane_number,
        quotes.is_rebuilt,
        coalesce(region_turns.is_rewritten, book_turns.is_rewritten, quotes.is_rebuilt)
            as is_rewritten,
        -- the first later response that speaks about the quote, whether it shows it or not
        least(
            region_turns.next_seq,
            {% if has_mixed_lanes %}contested.next_seq,{% endif %}
            book_turns.next_seq
        ) as next_spoken_seq
    from quotes
    left join event_chains
        on
            quotes.event_id = event_chains.chain_event_id
            and quotes.base_market_key = event_chains.market_key
    left join turns as region_turns
        on
            quotes.response_seq = region_turns.response_seq
            and quotes.chain_sport_key = region_turns.sport_key
            and quotes.base_market_key = region_turns.market_key
            and coalesce(event_chains.chain_event_id, '') = region_turns.chain_event_id
            and quotes.region_target = region_turns.bookmaker_key
    left join turns as book_turns
        on
            quotes.response_seq = book_turns.response_seq
            and quotes.chain_sport_key = book_turns.sport_key
            and quotes.base_market_key = book_turns.market_key
            and coalesce(event_chains.chain_event_id, '') = book_turns.chain_event_id
            and quotes.bookmaker_key = book_turns.bookmaker_key
    {%- if has_mixed_lanes %}
    left join {{ ref('int_pieces_contested') }} as contested
        on
            quotes.response_seq = contested.response_seq
            and quotes.event_id = contested.event_id
            and quotes.bookmaker_key = contested.bookmaker_key
            and quotes.market_key = contested.market_key
    {%- endif %}

)

select * from final
