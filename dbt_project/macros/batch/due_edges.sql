{#-
    Literals around the events whose closes are due: how many there are, when the first of them was
    first seen, and between what times their closes can have been captured.
-#}
{% macro due_edges() -%}
    {%- if not execute -%}
        {%- do ref('int_events_known') -%}
    {%- endif -%}
    {%- set edges = {
        'event_count': none, 'first_seen_at': '1970-01-01', 'close_since': '1970-01-01',
        'close_until': '1970-01-01'
    } -%}
    {%- if earlier('int_closes') -%}
        {%- set found = run_query(
            "select count(*), min(first_seen_at), min(starts_at) - interval '"
            ~ var('closing_max_age_minutes') ~ " minutes', max(starts_at) from (" ~ events_due()
            ~ ") as due"
        ).rows[0] -%}
        {%- do edges.update({'event_count': found[0]}) -%}
        {%- if found[1] -%}
            {%- do edges.update({
                'first_seen_at': found[1], 'close_since': found[2], 'close_until': found[3]
            }) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(edges) }}
{%- endmacro %}
