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
    and coalesce({{ event }}.commence_time >= {{ request }}.commence_time_from, true)
    and coalesce({{ event }}.commence_time <= {{ request }}.commence_time_to, true)
{%- endmacro %}

{% macro asks_for_book_market(later, shown) -%}
    {{ shown }}.base_market_key = any(string_to_array({{ later }}.markets, ','))
    and case
        when {{ later }}.bookmakers is not null
            then {{ shown }}.bookmaker_key = any(string_to_array({{ later }}.bookmakers, ','))
        else string_to_array({{ shown }}.regions, ',') <@ string_to_array({{ later }}.regions, ',')
    end
{%- endmacro %}
