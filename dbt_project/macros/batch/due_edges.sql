{#-
    Literals around the events whose closes may be due: when the first of them was first seen, and
    between what times their closes can have been captured.
-#}
{% macro due_edges() -%}
    {%- set edges = {
        'first_seen_at': '1970-01-01', 'close_since': '1970-01-01', 'close_until': '1970-01-01'
    } -%}
    {%- set closes = earlier('int_closes') -%}
    {%- if closes -%}
        {%- set latest_start = newest(closes, 'starts_at') or '1970-01-01' -%}
        {%- set found = run_query(
            "select min(first_seen_at), min(starts_at) - interval '"
            ~ var('closing_max_age_minutes') ~ " minutes', max(starts_at) from " ~ ref('int_events')
            ~ " where starts_at > cast('" ~ latest_start ~ "' as timestamp with time zone)"
            ~ ' or event_id in (select event_id from ' ~ ref('int_odds_batched') ~ ')'
        ).rows[0] -%}
        {%- if found[0] -%}
            {%- do edges.update({
                'first_seen_at': found[0], 'close_since': found[1], 'close_until': found[2]
            }) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(edges) }}
{%- endmacro %}
