{#-
    The market a request has to ask for to be shown this one: `h2h` for `h2h_lay`, else the key
    itself.
-#}
{% macro base_market(market_key) -%}
    case
        when {{ market_key }} like '%\_lay' escape '\'
            then substr({{ market_key }}, 1, length({{ market_key }}) - 4)
        else {{ market_key }}
    end
{%- endmacro %}

{#- markets where one outcome is quoted at many points at once: there the point is part of the key -#}
{% macro has_alternate_lines(market_key) -%}
    (
        {{ market_key }} like 'alternate\_%' escape '\'
        or {{ market_key }} like '%\_alternate' escape '\'
        or {{ market_key }} like 'player\_%' escape '\'
        or {{ market_key }} like 'batter\_%' escape '\'
        or {{ market_key }} like 'pitcher\_%' escape '\'
    )
{%- endmacro %}
