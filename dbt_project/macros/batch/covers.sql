{#-
    Who may speak about a quote: whether a later request would have shown a book's market of an event
    that an earlier one last showed, were it still there. Written once, in three parts. `later` is a
    relation with the columns of a request, `shown` one with what was shown and how it was asked for:
    event_id, sport_key, commence_time (as last shown), bookmaker_key, base_market_key, and `regions`,
    null where books were asked for by name, since which region a named book belongs to is not known.
-#}
{% macro covers(later, shown) -%}
    {{ later }}.can_withdraw
    and {{ asks_for_event(later, shown) }}
    and {{ asks_for_book_market(later, shown) }}
{%- endmacro %}

{% macro asks_for_event(later, shown) -%}
    (
        {{ later }}.scope_event_id = {{ shown }}.event_id
        or ({{ later }}.scope_event_id is null and {{ later }}.sport_key = {{ shown }}.sport_key)
    )
    and {{ passes_filters(later, shown) }}
{%- endmacro %}

{#- whether an event, by its id and the start shown, passes a request's own filters -#}
{% macro passes_filters(request, event) -%}
    (
        {{ request }}.event_ids is null
        or {{ event }}.event_id = any(string_to_array({{ request }}.event_ids, ','))
    )
    and ({{ request }}.commence_time_from is null or {{ event }}.commence_time >= {{ request }}.commence_time_from)
    and ({{ request }}.commence_time_to is null or {{ event }}.commence_time <= {{ request }}.commence_time_to)
{%- endmacro %}

{% macro asks_for_book_market(later, shown) -%}
    {{ shown }}.base_market_key = any(string_to_array({{ later }}.markets, ','))
    and case
        when {{ later }}.bookmakers is not null
            then {{ shown }}.bookmaker_key = any(string_to_array({{ later }}.bookmakers, ','))
        else string_to_array({{ shown }}.regions, ',') <@ string_to_array({{ later }}.regions, ',')
    end
{%- endmacro %}

{#-
    CTEs: of what was shown the next call that covers it, or with `backwards` the last one before. `shown`
    is a CTE with what `covers` needs, `window_no` and `shown_key`; `calls` one of requests that can
    withdraw, with `window_no` and `call_key`, which is ordered as `shown_key` is. The answer stands in
    `covering_sport_calls` (by window_no, sport_key, bookmaker_key, base_market_key, regions, shown_key)
    and `covering_event_calls` (by the event and its commence_time besides): `call_key`, strictly later
    or earlier.
-#}
{% macro calls_covering(shown, calls, backwards=false) -%}
    sport_calls as (

        select * from {{ calls }}
        where scope_event_id is null and not is_filtered

    ),

    {{ nearest_calls('sport', shown, 'sport_calls', ['sport_key'], backwards) }},

    -- a call of one event, or with filters, stands for each event that it asks for
    event_calls as (

        select
            calls.window_no,
            calls.call_key,
            calls.markets,
            calls.bookmakers,
            calls.regions,
            events.event_id,
            events.sport_key,
            events.commence_time
        from {{ calls }} as calls
        inner join (
            select distinct window_no, event_id, sport_key, commence_time from {{ shown }}
        ) as events
            on
                calls.window_no = events.window_no
                and {{ asks_for_event('calls', 'events') }}
        where calls.scope_event_id is not null or calls.is_filtered

    ),

    shown_of_event_calls as (

        select * from {{ shown }}
        where (window_no, event_id) in (
            select
                event_calls.window_no,
                event_calls.event_id
            from event_calls
        )

    ),

    {{ nearest_calls('event', 'shown_of_event_calls', 'event_calls', event_as_shown(), backwards) }}
{%- endmacro %}

{#- the columns by which an event passes a request's filters or not -#}
{% macro event_as_shown() -%}
    {{ return(['event_id', 'sport_key', 'commence_time']) }}
{%- endmacro %}

{#- what is asked for alike is covered by the same calls: looked up once for each way to be asked for -#}
{% macro nearest_calls(name, shown, calls, subject, backwards=false) -%}
    {%- set of = ['window_no'] + subject -%}
    {%- set asked = of + ['bookmaker_key', 'base_market_key', 'regions'] -%}
    requests_of_{{ name }} as (

        select
            *,
            md5(concat_ws('|', markets, coalesce(bookmakers, ''), coalesce(regions, ''))) as request
        from {{ calls }}

    ),

    requests_covering_{{ name }} as (

        select
            {{ columns_of('asked', asked) }},
            string_agg(requests.request, ',' order by requests.request) as requests
        from (select distinct {{ asked | join(', ') }} from {{ shown }}) as asked
        inner join (
            select distinct {{ of | join(', ') }}, request, markets, bookmakers, regions
            from requests_of_{{ name }}
        ) as requests
            on
                {{ equal_columns('asked', 'requests', of) }}
                and {{ asks_for_book_market('requests', 'asked') }}
        group by {{ columns_of('asked', asked) }}

    ),

    shown_of_{{ name }} as (

        select distinct
            {{ columns_of('shown', asked) }},
            shown.shown_key,
            covering.requests
        from {{ shown }} as shown
        inner join requests_covering_{{ name }} as covering
            on
                {{ equal_columns('shown', 'covering', of) }}
                and {{ asked_alike('shown', 'covering') }}

    ),

    timeline_of_{{ name }} as (

        select
            {{ columns_of('covering', of) }},
            covering.requests,
            calls.call_key as at_key,
            calls.call_key,
            1 as is_call
        from (select distinct {{ of | join(', ') }}, requests from shown_of_{{ name }}) as covering
        inner join requests_of_{{ name }} as calls
            on
                {{ equal_columns('covering', 'calls', of) }}
                and calls.request = any(string_to_array(covering.requests, ','))
        union all
        select
            {{ of | join(', ') }},
            requests,
            shown_key as at_key,
            null as call_key,
            0 as is_call
        from (
            select distinct {{ of | join(', ') }}, requests, shown_key from shown_of_{{ name }}
        ) as moments

    ),

    nearest_of_{{ name }} as (

        select
            *,
            -- what is at the same place is neither before nor after
            {{ 'max' if backwards else 'min' }}(call_key) over (
                partition by {{ of | join(', ') }}, requests
                order by at_key {{- ' desc' if not backwards }}, is_call
                rows between unbounded preceding and current row
            ) as nearest_key
        from timeline_of_{{ name }}

    ),

    covering_{{ name }}_calls as (

        select
            {{ columns_of('shown', asked) }},
            shown.shown_key,
            nearest.nearest_key as call_key
        from shown_of_{{ name }} as shown
        inner join nearest_of_{{ name }} as nearest
            on
                {{ equal_columns('shown', 'nearest', of) }}
                and shown.requests = nearest.requests
                and shown.shown_key = nearest.at_key
                and nearest.is_call = 0
        where nearest.nearest_key is not null

    )
{%- endmacro %}

{#- whether two relations ask in the same way for a book's market; equality alone, so that joins can hash -#}
{% macro asked_alike(left, right) -%}
    {{ left }}.base_market_key = {{ right }}.base_market_key
    and coalesce({{ left }}.bookmaker_key, '') = coalesce({{ right }}.bookmaker_key, '')
    and coalesce({{ left }}.regions, '') = coalesce({{ right }}.regions, '')
{%- endmacro %}

{#- whether the answer of `calls_covering` for a way to be asked for is that of what was shown -#}
{% macro is_answer_to(answer, shown, subject) -%}
    {{ equal_columns(shown, answer, ['window_no'] + subject + ['shown_key']) }}
    and {{ asked_alike(shown, answer) }}
{%- endmacro %}
