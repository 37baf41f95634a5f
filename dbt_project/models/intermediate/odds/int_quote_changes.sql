{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook='{{ forget_rewritten_changes() }}',
    )
}}

with

responses as (

    select * from {{ ref('int_responses_batched') }}

),

turns as (

    select * from {{ ref('int_response_turns') }}

),

headers as (

    select
        response_seq,
        event_id,
        max(commence_time) as commence_time
    from {{ ref('int_odds_batched') }}
    where bookmaker_key is null
    group by response_seq, event_id

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
        *,
        {{ base_market('market_key') }} as base_market_key
    from {{ ref('int_odds_batched') }}
    where bookmaker_key is not null

),

-- only where requests of several lanes meet can a response show a book it could not have withdrawn
mixed_markets as (

    select market_key
    from (
        select
            lane,
            unnest(string_to_array(markets, ',')) as market_key
        from responses
        where is_quoting
    ) as asked
    group by market_key
    having count(distinct lane) > 1

),

piece_sightings as (

    select distinct
        response_seq,
        event_id,
        bookmaker_key,
        market_key
    from quotes
    where base_market_key in (select mixed_markets.market_key from mixed_markets)

),

next_sightings as (

    select
        *,
        lead(response_seq) over (
            partition by event_id, bookmaker_key, market_key
            order by response_seq
        ) as next_sighting_seq
    from piece_sightings

),

spoken as (

    select
        quotes.*,
        responses.lane,
        coalesce(region_turns.is_rewritten, book_turns.is_rewritten, responses.is_new)
            as is_rewritten,
        responses.is_new or responses.is_contested as is_rebuilt,
        -- the first later response that speaks about the quote, whether it shows it or not
        least(region_turns.next_seq, book_turns.next_seq, next_sightings.next_sighting_seq)
            as next_spoken_seq
    from quotes
    inner join responses
        on quotes.response_seq = responses.response_seq
    left join event_chains
        on
            quotes.event_id = event_chains.chain_event_id
            and quotes.base_market_key = event_chains.market_key
    left join turns as region_turns
        on
            responses.regions is not null
            and quotes.response_seq = region_turns.response_seq
            and quotes.sport_key = region_turns.sport_key
            and quotes.base_market_key = region_turns.market_key
            and coalesce(event_chains.chain_event_id, '') = region_turns.chain_event_id
            and region_turns.bookmaker_key = ''
    left join turns as book_turns
        on
            quotes.response_seq = book_turns.response_seq
            and quotes.sport_key = book_turns.sport_key
            and quotes.base_market_key = book_turns.market_key
            and coalesce(event_chains.chain_event_id, '') = book_turns.chain_event_id
            and quotes.bookmaker_key = book_turns.bookmaker_key
    left join next_sightings
        on
            quotes.response_seq = next_sightings.response_seq
            and quotes.event_id = next_sightings.event_id
            and quotes.bookmaker_key = next_sightings.bookmaker_key
            and quotes.market_key = next_sightings.market_key

),

neighboured as (

    select
        *,
        lead(response_seq) over quote_history as next_seq,
        lag(next_spoken_seq) over quote_history as previous_spoken_seq,
        lag(response_seq) over quote_history as previous_seq,
        lag(decimal_price) over quote_history as previous_price,
        lag(american_price) over quote_history as previous_american_price,
        lag(point) over quote_history as previous_point,
        lag(is_stale) over quote_history as previous_is_stale,
        lag(is_in_play) over quote_history as previous_is_in_play,
        lag(lane) over quote_history as previous_lane
    from spoken
    window quote_history as (
        partition by
            event_id,
            bookmaker_key,
            market_key,
            outcome_name,
            outcome_description,
            line
        order by response_seq
    )

),

judged as (

    select
        *,
        previous_seq is null or previous_spoken_seq < response_seq as is_born,
        decimal_price is distinct from previous_price
        or american_price is distinct from previous_american_price
        or point is distinct from previous_point
        or is_stale is distinct from previous_is_stale
        or is_in_play is distinct from previous_is_in_play as is_changed
    from neighboured

),

shown as (

    select
        judged.*,
        responses.response_id,
        responses.captured_at,
        responses.known_at,
        false as is_withdrawn,
        not (is_born or is_changed) as is_resighting
    from judged
    inner join responses
        on judged.response_seq = responses.response_seq
    where
        judged.is_rewritten
        and (is_born or is_changed or judged.lane is distinct from previous_lane)

),

withdrawn as (

    select
        judged.*,
        responses.response_id,
        responses.captured_at,
        responses.known_at,
        responses.captured_at >= coalesce(headers_then.commence_time, headers_before.commence_time)
            as is_in_play_then
    from judged
    inner join responses
        on judged.next_spoken_seq = responses.response_seq
    inner join headers as headers_before
        on judged.event_id = headers_before.event_id and judged.response_seq = headers_before.response_seq
    left join headers as headers_then
        on judged.event_id = headers_then.event_id and judged.next_spoken_seq = headers_then.response_seq
    where
        (judged.is_rebuilt or responses.is_new or responses.is_contested)
        and (judged.next_seq is null or judged.next_seq > judged.next_spoken_seq)

),

final as (

    select
        event_id,
        sport_key,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        line,
        point,
        american_price,
        decimal_price,
        captured_at as valid_from,
        known_at,
        market_updated_at,
        is_withdrawn,
        is_stale,
        is_in_play,
        is_resighting,
        lane,
        response_id
    from shown
    union all
    select
        event_id,
        sport_key,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        line,
        cast(null as double precision) as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        captured_at as valid_from,
        known_at,
        cast(null as timestamp with time zone) as market_updated_at,
        true as is_withdrawn,
        false as is_stale,
        is_in_play_then as is_in_play,
        false as is_resighting,
        lane,
        response_id
    from withdrawn

)

select * from final
