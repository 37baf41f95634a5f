{#- a name as it is compared: without case and punctuation, its words one blank apart -#}
{% macro name_key(name) -%}
    trim(regexp_replace(lower({{ name }}), '[[:space:].,:;()/&''_-]+', ' ', 'g'))
{%- endmacro %}

{#- the text of an event as its two names, `|` between them; one name where it separates none -#}
{% macro names_of_event(event) -%}
    regexp_replace({{ event }}, ' *@ *| +(at|vs[.]?|v[.]?|versus|-) +', '|', 'gi')
{%- endmacro %}

{#- a price as a person wrote it, in decimal: american ones have a sign -#}
{% macro told_price(price) -%}
    case
        when left({{ price }}, 1) in ('+', '-')
            then {{ american_to_decimal('cast(' ~ price ~ ' as double precision)') }}
        else cast({{ price }} as double precision)
    end
{%- endmacro %}
