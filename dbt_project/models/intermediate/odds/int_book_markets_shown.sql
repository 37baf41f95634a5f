{{ config(materialized='ephemeral') }}

with

responses as (

    select
        *,
        {{ regions_of('request_kind') }} as kind_regions
    from {{ ref('int_responses_to_process') }}
    where is_quoting

),

asked_markets as (

    select
        response_seq,
        unnest(string_to_array(markets, ',')) as market_key
    from responses

),

shown as (

    select distinct
        response_seq,
        event_id,
        bookmaker_key,
        market_key
    from {{ ref('int_odds_parsed') }}
    where bookmaker_key is not null

),

-- seq 0 is what stands before the window
final as (

    select
        responses.window_no,
        shown.response_seq,
        shown.event_id,
        shown.bookmaker_key,
        shown.market_key,
        {{ base_market('shown.market_key') }} as base_market_key,
        coalesce(listed.sport_key, responses.sport_key) as sport_key,
        listed.commence_time,
        responses.kind_regions as regions,
        responses.captured_at,
        asked_markets.market_key is not null as is_asked
    from shown
    inner join responses
        on shown.response_seq = responses.response_seq
    inner join {{ ref('int_events_listed') }} as listed
        on shown.response_seq = listed.response_seq and shown.event_id = listed.event_id
    left join asked_markets
        on
            shown.response_seq = asked_markets.response_seq
            and {{ base_market('shown.market_key') }} = asked_markets.market_key
    union all
    select distinct
        window_no,
        0 as response_seq,
        event_id,
        bookmaker_key,
        market_key,
        {{ base_market('market_key') }} as base_market_key,
        sport_key,
        commence_time,
        regions,
        captured_at,
        true as is_asked
    from {{ ref('int_quotes_carried') }}

)

select * from final
