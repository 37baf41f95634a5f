{{ config(materialized='ephemeral') }}

with

responses as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting

),

markets_asked as (

    select
        *,
        unnest(string_to_array(markets, ',')) as market_key
    from responses

),

-- only where requests of several lanes meet can a response show a book it could not have withdrawn
mixed_markets as (

    select market_key
    from markets_asked
    group by market_key
    having count(distinct lane) > 1

),

sightings as (

    select distinct
        response_seq,
        event_id,
        bookmaker_key,
        market_key,
        {{ base_market('market_key') }} as base_market_key
    from {{ ref('int_odds_batched') }}
    where
        bookmaker_key is not null
        and {{ base_market('market_key') }} in (select mixed_markets.market_key from mixed_markets)

),

ordered as (

    select
        *,
        lead(response_seq) over (
            partition by event_id, bookmaker_key, market_key
            order by response_seq
        ) as next_sighting_seq
    from sightings

),

-- a filtered call speaks for the events that pass its filters, by the start last shown
filtered_turns as (

    select
        ordered.response_seq,
        ordered.event_id,
        ordered.bookmaker_key,
        ordered.market_key,
        min(filtered.response_seq) as filtered_seq
    from ordered
    inner join responses
        on ordered.response_seq = responses.response_seq
    inner join {{ ref('int_odds_batched') }} as headers
        on
            ordered.response_seq = headers.response_seq
            and ordered.event_id = headers.event_id
            and headers.bookmaker_key is null
    inner join markets_asked as filtered
        on
            headers.sport_key = filtered.sport_key
            and filtered.is_filtered
            and ordered.base_market_key = filtered.market_key
            and ordered.response_seq < filtered.response_seq
            and coalesce(ordered.next_sighting_seq > filtered.response_seq, true)
            and {{ passes_filters('filtered', 'headers') }}
            and case
                when filtered.bookmakers is not null
                    then ordered.bookmaker_key = any(string_to_array(filtered.bookmakers, ','))
                else
                    string_to_array(responses.regions, ',')
                    <@ string_to_array(filtered.regions, ',')
            end
    group by
        ordered.response_seq,
        ordered.event_id,
        ordered.bookmaker_key,
        ordered.market_key

),

final as (

    select
        ordered.response_seq,
        ordered.event_id,
        ordered.bookmaker_key,
        ordered.market_key,
        least(ordered.next_sighting_seq, filtered_turns.filtered_seq) as next_seq
    from ordered
    left join filtered_turns
        on
            ordered.response_seq = filtered_turns.response_seq
            and ordered.event_id = filtered_turns.event_id
            and ordered.bookmaker_key = filtered_turns.bookmaker_key
            and ordered.market_key = filtered_turns.market_key

)

select * from final
