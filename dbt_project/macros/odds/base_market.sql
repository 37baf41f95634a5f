{% macro base_market(market_key) -%}
    case
        when {{ market_key }} like '%\_lay' escape '\'
            then substr({{ market_key }}, 1, length({{ market_key }}) - 4)
        else {{ market_key }}
    end
{%- endmacro %}
