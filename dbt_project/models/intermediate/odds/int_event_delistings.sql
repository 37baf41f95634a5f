{{ config(materialized='ephemeral') }}

with

responses as (

    {{ responses_around_windows() }}

),

listings as (

    select * from {{ ref('int_event_listings') }}

),

requests as (

    select distinct
        window_no,
        sport_key,
        shown_key,
        regions,
        markets,
        coalesce(bookmakers, 'any') as bookmakers
    from listings

),

requests_by_book as (

    select
        *,
        unnest(string_to_array(bookmakers, ',')) as named_bookmaker_key
    from requests

),

asked as (

    select
        window_no,
        sport_key,
        shown_key,
        regions,
        nullif(named_bookmaker_key, 'any') as bookmaker_key,
        unnest(string_to_array(markets, ',')) as base_market_key
    from requests_by_book

),

-- of whole sports, since an event that has calls of its own is not gone where one of them is empty
calls as (

    select
        window_no,
        sport_key,
        markets,
        bookmakers,
        regions,
        response_no as call_key
    from responses
    where can_withdraw and not is_filtered and scope_event_id is null

),

{{ nearest_calls('sport', 'asked', 'calls', ['sport_key']) }},

-- by when all that a response asked for has been asked for again
asked_again as (

    select
        asked.window_no,
        asked.sport_key,
        asked.shown_key,
        case when count(calls.call_key) = count(*) then max(calls.call_key) end as call_key
    from asked
    left join covering_sport_calls as calls
        on {{ is_answer_to('calls', 'asked', ['sport_key']) }}
    group by asked.window_no, asked.sport_key, asked.shown_key

),

followed as (

    select
        *,
        lead(shown_key) over (partition by window_no, event_id order by shown_key) as next_shown_key
    from listings

),

looks as (

    {{ looks_of_windows() }}

),

-- nobody asks for a game of long ago
final as (

    select
        followed.event_id,
        asked_again.call_key as response_seq,
        followed.sport_key,
        followed.commence_time,
        followed.home_team,
        followed.away_team
    from followed
    inner join asked_again
        on {{ equal_columns('followed', 'asked_again', ['window_no', 'sport_key', 'shown_key']) }}
    inner join looks
        on
            asked_again.window_no = looks.window_no
            and asked_again.call_key = looks.response_seq
    where
        coalesce(followed.next_shown_key > asked_again.call_key, true)
        and coalesce(
            looks.looked_at <= {{ forgotten_at('followed.captured_at', 'followed.commence_time') }},
            true
        )

)

select * from final
