{#- the windows of the batch that something stands before -#}
{% macro windows_of_batch() -%}
    select distinct
        window_no,
        window_sport_key as sport_key,
        window_since_at as since_at,
        window_looked_at as looked_at
    from {{ ref('int_responses_to_process') }}
    where window_sport_key is not null
{%- endmacro %}

{#-
    Query: the events whose quotes stand before each of the CTE `windows` and may matter in it: those that
    are not forgotten, and whatever is listed again.
-#}
{% macro events_carried(known_events) -%}
    select
        windows.window_no,
        windows.sport_key,
        windows.since_at,
        windows.looked_at,
        events.event_id,
        events.first_seen_at
    from {{ known_events }} as events
    inner join windows
        on
            events.sport_key = windows.sport_key
            and events.first_seen_at < windows.since_at
    where
        coalesce(
            {{ forgotten_at('events.last_seen_at', 'events.scheduled_start_at') }}
            >= windows.looked_at,
            true
        )
        or events.event_id in (
            select odds.event_id from {{ ref('int_odds_parsed') }} as odds
            where odds.bookmaker_key is null
        )
{%- endmacro %}

{#- when the first of them was first seen, as a literal: nothing before it can stand -#}
{% macro carried_since(known_events) -%}
    {%- set first_seen -%}
        with windows as ({{ windows_of_batch() }})
        select min(first_seen_at) from ({{ events_carried(known_events) }}) as alive
    {%- endset -%}
    {{ return((found(first_seen) or [[none]])[0][0] or '9999-12-31') }}
{%- endmacro %}

{#- the regions that a request of a kind asks for, none where it asks for books by name -#}
{% macro regions_of(request_kind) -%}
    case
        when {{ request_kind }} like 'regions:%' then nullif(split_part(split_part({{ request_kind }}, '#', 1), ':', 2), '')
    end
{%- endmacro %}

{#- query: when each response's sport was last looked at, a day or more before it -#}
{% macro looks_of_windows() -%}
    select
        window_no,
        response_seq,
        max(captured_at) over (
            partition by window_no, sport_key
            order by captured_at
            range between unbounded preceding and interval '1 day' preceding
        ) as looked_at
    from (
        {{ looks_around_windows() }}
    ) as looks_around
{%- endmacro %}

{#- query: when each window's sport was looked at, in it and (without a number) before it -#}
{% macro looks_around_windows() -%}
    {%- set processed = previous_build('int_processed_responses') -%}
    select window_no, response_seq, sport_key, captured_at from {{ ref('int_responses_to_process') }}
    where is_quoting
    union all
    select distinct
        window_no,
        cast(null as bigint) as response_seq,
        window_sport_key as sport_key,
        window_looked_at as captured_at
    from {{ ref('int_responses_to_process') }}
    where window_looked_at is not null
    {%- if processed %}
    union all
    select
        windows.window_no,
        cast(null as bigint) as response_seq,
        processed.sport_key,
        processed.captured_at
    from ({{ windows_of_batch() }}) as windows
    inner join {{ processed }} as processed
        on
            windows.sport_key = processed.sport_key
            and processed.is_quoting
            and processed.captured_at < windows.since_at
            and processed.captured_at >= windows.since_at - interval '1 day'
    where
        processed.captured_at >= cast('{{ batch_bounds().first_at }}' as timestamp with time zone) - interval '1 day'
    {%- endif %}
{%- endmacro %}

{#-
    Query: the responses of the windows, `response_no` being their response_seq, and those before them
    that may have listed what matters, which have numbers below 0 in the same order.
-#}
{% macro responses_around_windows() -%}
    {%- set processed = previous_build('int_processed_responses') -%}
    select
        window_no,
        response_seq as response_no,
        {{ scope_columns() }}
    from {{ ref('int_responses_to_process') }}
    where is_quoting
    {%- if processed %}
    union all
    select
        window_no,
        row_number() over (partition by window_no order by sequence_key collate "C") - 1000000000
            as response_no,
        {{ scope_columns() }}
    from (
        select
            windows.window_no,
            processed.*
        from ({{ windows_of_batch() }}) as windows
        inner join {{ processed }} as processed
            on
                processed.sport_key in (windows.sport_key, 'upcoming')
                and processed.captured_at < windows.since_at
        where
            processed.is_quoting
            and processed.captured_at
            >= cast('{{ carried_since(previous_build("int_events")) }}' as timestamp with time zone)
    ) as earlier_responses
    {%- endif %}
{%- endmacro %}
