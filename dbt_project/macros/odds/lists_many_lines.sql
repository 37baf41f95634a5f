{#- markets where one outcome is quoted at many points at once: there the point is part of the key -#}
{% macro lists_many_lines(market_key) -%}
    (
        {{ market_key }} like 'alternate\_%' escape '\'
        or {{ market_key }} like '%\_alternate' escape '\'
        or {{ market_key }} like 'player\_%' escape '\'
        or {{ market_key }} like 'batter\_%' escape '\'
        or {{ market_key }} like 'pitcher\_%' escape '\'
    )
{%- endmacro %}
