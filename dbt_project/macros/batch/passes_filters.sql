{#- whether an event, by its id and the start shown, passes a request's own filters -#}
{% macro passes_filters(request, event) -%}
    (
        {{ request }}.event_ids is null
        or {{ event }}.event_id = any(string_to_array({{ request }}.event_ids, ','))
    )
    and coalesce({{ event }}.commence_time >= {{ request }}.commence_time_from, true)
    and coalesce({{ event }}.commence_time <= {{ request }}.commence_time_to, true)
{%- endmacro %}
