{{ config(materialized='ephemeral') }}

{%- set processed = previous_build('int_processed_responses') %}

with

-- a market is gone when none of its quotes is left
book_markets as (

    select
        event_id,
        sport_key,
        starts_at,
        bookmaker_key,
        market_key,
        base_market_key,
        regions,
        {{ sequence_key('starts_at', "''") }}
            as shown_key,
        bool_and(is_withdrawn) as is_gone,
        max(previous_seen_at) as last_shown_at
    from {{ ref('int_quotes_at_start') }}
    group by
        event_id, sport_key, starts_at, bookmaker_key, market_key, base_market_key, regions

),

-- whether what is gone passes a filter goes by the start that it was last shown with; what is not
-- gone every filtered call that asked for it showed, and the log says so
shown as (

    select
        book_markets.*,
        case when book_markets.is_gone then 1 else 0 end as window_no,
        coalesce(snapshots.commence_time, book_markets.starts_at) as commence_time
    from book_markets
    left join {{ ref('int_event_snapshots') }} as snapshots
        on
            book_markets.is_gone
            and book_markets.event_id = snapshots.event_id
            and book_markets.last_shown_at = snapshots.captured_at
            and snapshots.is_listed
            and snapshots.is_quoting
            and snapshots.captured_at
            >= cast('{{ closes_due().first_seen_at }}' as timestamp with time zone)

),

responses as (

    select {{ scope_columns() }} from {{ ref('int_responses_to_process') }}
    {%- if processed %}
    union
    select {{ scope_columns() }} from {{ processed }}
    where captured_at >= cast('{{ closes_due().first_seen_at }}' as timestamp with time zone)
    {%- endif %}

),

calls as (

    select
        *,
        0 as window_no,
        sequence_key as call_key
    from responses
    where can_withdraw and not is_filtered
    union all
    select
        *,
        1 as window_no,
        sequence_key as call_key
    from responses
    where can_withdraw

),

{{ calls_covering('shown', 'calls', backwards=true) }},

final as (

    select
        shown.event_id,
        shown.starts_at,
        shown.bookmaker_key,
        shown.market_key,
        max(greatest(sport_calls.call_key, event_calls.call_key)) as last_key
    from shown
    left join covering_sport_calls as sport_calls
        on {{ is_answer_to('sport_calls', 'shown', ['sport_key']) }}
    left join covering_event_calls as event_calls
        on {{ is_answer_to('event_calls', 'shown', event_as_shown()) }}
    group by shown.event_id, shown.starts_at, shown.bookmaker_key, shown.market_key

)

select * from final
