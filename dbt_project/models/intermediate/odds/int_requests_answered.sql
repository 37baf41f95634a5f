{{ config(materialized='ephemeral') }}

with

responses as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting

),

sightings as (

    select * from {{ ref('int_sightings_asked') }}

),

asked as (

    select distinct
        window_no,
        response_seq,
        sequence_key,
        sport_key,
        markets,
        bookmakers,
        lane_regions
    from sightings

),

book_markets as (

    select
        *,
        unnest(string_to_array(markets, ',')) as base_market_key
    from (
        select
            *,
            lane_regions as regions,
            cast(null as text) as bookmaker_key
        from asked
        where bookmakers is null
        union all
        select
            *,
            cast(null as text) as regions,
            unnest(string_to_array(bookmakers, ',')) as bookmaker_key
        from asked
        where bookmakers is not null
    ) as books

),

-- whole sports, since an event that has calls of its own is not gone where one of them is empty
scopes as (

    select distinct
        window_no,
        scope_id,
        sport_key,
        markets,
        bookmakers,
        regions
    from responses
    where can_withdraw and not is_filtered and scope_event_id is null

),

asked_alike as (

    select distinct
        window_no,
        sport_key,
        base_market_key,
        regions,
        bookmaker_key
    from book_markets

),

answers as (

    select
        alike.window_no,
        alike.sport_key,
        alike.base_market_key,
        alike.regions,
        alike.bookmaker_key,
        responses.response_seq
    from asked_alike as alike
    inner join scopes
        on
            alike.window_no = scopes.window_no
            and alike.sport_key = scopes.sport_key
            and {{ asks_for_book_market('scopes', 'alike') }}
    inner join responses
        on scopes.window_no = responses.window_no and scopes.scope_id = responses.scope_id

),

timeline as (

    select
        window_no,
        sport_key,
        base_market_key,
        regions,
        bookmaker_key,
        response_seq,
        response_seq as answer_seq,
        0 as is_question,
        cast(null as text) as sequence_key
    from answers
    union all
    select
        window_no,
        sport_key,
        base_market_key,
        regions,
        bookmaker_key,
        response_seq,
        cast(null as bigint) as answer_seq,
        1 as is_question,
        sequence_key
    from book_markets

),

next_answers as (

    select
        *,
        min(answer_seq) over (
            partition by window_no, sport_key, base_market_key, regions, bookmaker_key
            order by response_seq desc, is_question desc
            rows between unbounded preceding and current row
        ) as next_seq
    from timeline

),

final as (

    select
        window_no,
        response_seq,
        sport_key,
        sequence_key,
        base_market_key,
        regions,
        bookmaker_key,
        next_seq
    from next_answers
    where is_question = 1

)

select * from final
