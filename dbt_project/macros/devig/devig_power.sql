{#- implied ^ exponent; Postgres raises an error where `exp` comes out too small for a double -#}
{% macro devig_power(outcome) -%}
    case
        when power_exponent * log_implied_{{ outcome }} < -700 then 0
        else exp(power_exponent * log_implied_{{ outcome }})
    end
{%- endmacro %}
