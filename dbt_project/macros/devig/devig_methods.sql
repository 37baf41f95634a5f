{#- the methods that price a set by themselves; `worst_case` is the least of them -#}
{% macro devig_methods() -%}
    {{ return(['multiplicative', 'additive', 'power', 'odds_ratio', 'shin']) }}
{%- endmacro %}
