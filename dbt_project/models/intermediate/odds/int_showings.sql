{{
    config(
        materialized='table',
        tags='hot',
        pre_hook='{{ without_nested_loops() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set showing = ['window_no', 'response_seq', 'event_id', 'bookmaker_key', 'market_key'] %}

with

responses as (

    select
        *,
        response_seq as call_key
    from {{ ref('int_responses_to_process') }}
    where is_quoting

),

calls as (

    select * from responses
    where can_withdraw

),

showings as (

    select
        *,
        response_seq as shown_key
    from {{ ref('int_book_markets_shown') }}

),

{{ calls_covering('showings', 'calls') }},

ended as (

    select
        showings.*,
        lead(showings.response_seq) over (
            partition by
                showings.window_no, showings.event_id, showings.bookmaker_key, showings.market_key
            order by showings.response_seq
        ) as next_shown_seq,
        least(sport_calls.call_key, event_calls.call_key) as next_covering_seq
    from showings
    left join covering_sport_calls as sport_calls
        on {{ is_answer_to('sport_calls', 'showings', ['sport_key']) }}
    left join covering_event_calls as event_calls
        on {{ is_answer_to('event_calls', 'showings', event_as_shown()) }}

),

-- when the sport was last looked at, a day or more before
looks as (

    {{ looks_of_windows() }}

),

-- nobody asks what became of a game long ago, unless it is listed again
forgotten as (

    select ended.* from ended
    inner join looks as covering
        on
            ended.window_no = covering.window_no
            and ended.next_covering_seq = covering.response_seq
    where
        covering.looked_at > {{ forgotten_at('ended.captured_at', 'ended.commence_time') }}
        and coalesce(ended.next_covering_seq < ended.next_shown_seq, true)

),

listed_again as (

    select
        {{ columns_of('forgotten', showing) }},
        min(calls.response_seq) as covering_seq
    from forgotten
    inner join {{ ref('int_events_listed') }} as listed
        on forgotten.event_id = listed.event_id and forgotten.response_seq < listed.response_seq
    inner join calls
        on
            listed.response_seq = calls.response_seq
            and forgotten.window_no = calls.window_no
            and {{ covers('calls', 'forgotten') }}
    group by {{ columns_of('forgotten', showing) }}

),

-- a showing ends where the book's market is shown again, or by who asks for it and is not shown it
final as (

    select
        {{ columns_of('ended', showing) }},
        ended.commence_time,
        ended.captured_at,
        ended.is_asked,
        least(
            ended.next_shown_seq,
            case
                when forgotten.event_id is null then ended.next_covering_seq
                else listed_again.covering_seq
            end
        ) as ends_seq
    from ended
    left join forgotten
        on {{ equal_columns('ended', 'forgotten', showing) }}
    left join listed_again
        on {{ equal_columns('ended', 'listed_again', showing) }}

)

select * from final
