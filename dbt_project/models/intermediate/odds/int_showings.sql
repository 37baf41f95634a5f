{{
    config(
        materialized='table',
        tags='hot',
        pre_hook='{{ hashed_joins() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

with

responses as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting

),

-- when the sport was last looked at, a day or more before
looks as (

    {{ looks_of_windows() }}

),

ended as (

    select
        showings.*,
        lead(showings.response_seq) over (
            partition by
                showings.window_no,
                showings.event_id,
                showings.bookmaker_key,
                showings.market_key
            order by showings.response_seq
        ) as next_shown_seq,
        least(showings.covering_seq, single_calls.covering_seq) as next_covering_seq
    from {{ ref('int_sport_calls_covering') }} as showings
    left join {{ ref('int_single_calls_covering') }} as single_calls
        on
            showings.window_no = single_calls.window_no
            and showings.response_seq = single_calls.response_seq
            and showings.event_id = single_calls.event_id
            and showings.bookmaker_key = single_calls.bookmaker_key
            and showings.market_key = single_calls.market_key

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
        forgotten.window_no,
        forgotten.response_seq,
        forgotten.event_id,
        forgotten.bookmaker_key,
        forgotten.market_key,
        min(responses.response_seq) as covering_seq
    from forgotten
    inner join {{ ref('int_events_sighted') }} as sighted
        on forgotten.event_id = sighted.event_id and forgotten.response_seq < sighted.response_seq
    inner join responses
        on
            sighted.response_seq = responses.response_seq
            and forgotten.window_no = responses.window_no
            and {{ covers('responses', 'forgotten') }}
    group by
        forgotten.window_no,
        forgotten.response_seq,
        forgotten.event_id,
        forgotten.bookmaker_key,
        forgotten.market_key

),

-- a showing ends where the book's market is shown again, or by who asks for it and is not shown it
final as (

    select
        ended.window_no,
        ended.response_seq,
        ended.event_id,
        ended.bookmaker_key,
        ended.market_key,
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
        on
            ended.window_no = forgotten.window_no
            and ended.response_seq = forgotten.response_seq
            and ended.event_id = forgotten.event_id
            and ended.bookmaker_key = forgotten.bookmaker_key
            and ended.market_key = forgotten.market_key
    left join listed_again
        on
            ended.window_no = listed_again.window_no
            and ended.response_seq = listed_again.response_seq
            and ended.event_id = listed_again.event_id
            and ended.bookmaker_key = listed_again.bookmaker_key
            and ended.market_key = listed_again.market_key

)

select * from final
