{% macro american_to_decimal(american_price) -%}
    case
        when {{ american_price }} >= 100 then 1 + {{ american_price }} / cast(100 as double precision)
        when {{ american_price }} <= -100 then 1 - cast(100 as double precision) / {{ american_price }}
    end
{%- endmacro %}
