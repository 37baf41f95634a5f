{{ config(materialized='ephemeral') }}

-- depends_on: {% if not execute %}{{ ref('int_pieces_contested') }}{% endif %}
-- depends_on: {{ ref('int_responses_batched') }}
{%- set has_mixed_lanes = batch_has_mixed_lanes(ref('int_responses_batched')) %}

with

quotes as (

    select * from {{ ref('int_quotes_chained') }}

),

turns as (

    select * from {{ ref('int_response_turns') }}

),

final as (

    select
        {{ quote_columns('quotes') }},
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
    left join turns as region_turns
        on
            quotes.response_seq = region_turns.response_seq
            and quotes.chain_sport_key = region_turns.sport_key
            and quotes.base_market_key = region_turns.market_key
            and quotes.chain_event_id = region_turns.chain_event_id
            and quotes.region_target = region_turns.bookmaker_key
    left join turns as book_turns
        on
            quotes.response_seq = book_turns.response_seq
            and quotes.chain_sport_key = book_turns.sport_key
            and quotes.base_market_key = book_turns.market_key
            and quotes.chain_event_id = book_turns.chain_event_id
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
