{#-
    Literals around the events whose closes are due: how many there are, when the first of them was
    first seen, and between what times their closes can have been captured.
-#}
{% macro closes_due() -%}
    {%- set edges = {
        'event_count': none, 'first_seen_at': '1970-01-01', 'close_since': '1970-01-01',
        'close_until': '1970-01-01'
    } -%}
    {%- if previous_build('int_closes') -%}
        {%- set due = "select count(*), min(first_seen_at), min(starts_at) - interval '"
            ~ var('closing_max_age_minutes') ~ " minutes', max(starts_at) from (" ~ events_due()
            ~ ") as due" -%}
        {%- for row in found(due) -%}
            {%- do edges.update({'event_count': row[0]}) -%}
            {%- if row[1] -%}
                {%- do edges.update({
                    'first_seen_at': row[1], 'close_since': row[2], 'close_until': row[3]
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(edges) }}
{%- endmacro %}

{#-
    Events that have started and have no close yet, or one that the batch can change; for a moment asked
    for also those that had started by another start than the one believed now (`is_moved`).
-#}
{% macro events_due() -%}
    {%- set closes = previous_build('int_closes') %}
    {%- set latest_start = max_of(closes, 'starts_at') %}

    with

    events as (

        select * from {{ ref('int_events') }}

    ),

    batch as (

        select event_id from {{ ref('int_odds_parsed') }}
        where bookmaker_key is null
        union
        -- what stood before it may be withdrawn without being listed
        select event_id from {{ ref('int_quotes_carried') }}

    ),

    arrivals as (

        select
            sport_key,
            min(captured_at) as first_at
        from {{ ref('int_responses_to_process') }}
        where is_new
        group by sport_key

    ),

    -- the batch can change what was known before the start
    touched as (

        select distinct batch.event_id
        from batch
        inner join events
            on batch.event_id = events.event_id
        inner join arrivals
            on
                arrivals.sport_key in (events.sport_key, 'upcoming')
                and events.starts_at > arrivals.first_at

    ),

    -- a start can move to before the latest one closed, too, where none was written yet
    moved as (

        {% if closes -%}
        select distinct batch.event_id
        from batch
        inner join events
            on batch.event_id = events.event_id
        left join {{ closes }} as closes
            on
                events.event_id = closes.event_id
                and events.starts_at = closes.starts_at
        where closes.event_id is null and events.first_seen_at < events.starts_at
        {%- else -%}
        select event_id from touched
        where 1 = 0
        {%- endif %}

    ),

    final as (

        select
            event_id,
            sport_key,
            first_seen_at,
            starts_at,
            false as is_moved
        from events
        where
            starts_at <= {{ as_of() }}
            and (
                {% if latest_start -%}
                starts_at > cast('{{ latest_start }}' as timestamp with time zone)
                {%- else -%}
                1 = 1
                {%- endif %}
                or event_id in (select touched.event_id from touched)
                or event_id in (select moved.event_id from moved)
            )
        {%- if not execute or is_moment_asked() %}
        union all
        select
            believed.event_id,
            believed.sport_key,
            believed.first_seen_at,
            believed.starts_at,
            true as is_moved
        from {{ ref('int_events_known') }} as believed
        inner join events
            on
                believed.event_id = events.event_id
                and believed.starts_at is distinct from events.starts_at
        where believed.starts_at <= {{ as_of() }}
        {%- endif %}

    )

    select * from final
{%- endmacro %}
