{% macro lists_many_lines(market_key) -%}
    (
        {{ market_key }} like 'alternate\_%' escape '\'
        or {{ market_key }} like '%\_alternate' escape '\'
    )
{%- endmacro %}
