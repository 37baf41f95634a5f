{#- no american price lies between -100 and 100, which are the same price -#}
{% macro cents_from_even(american_price) -%}
    case
        when {{ american_price }} >= 100 then {{ american_price }} - 100
        when {{ american_price }} <= -100 then {{ american_price }} + 100
    end
{%- endmacro %}
