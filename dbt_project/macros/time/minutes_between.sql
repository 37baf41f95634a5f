{#- minutes from one time to another, from microseconds, in double precision on both engines -#}
{% macro minutes_between(earlier, later) -%}
    {{ return(adapter.dispatch('minutes_between')(earlier, later)) }}
{%- endmacro %}

{% macro default__minutes_between(earlier, later) -%}
    (cast(extract(epoch from {{ later }}) * 1000000 - extract(epoch from {{ earlier }}) * 1000000 as double precision) / 6e7)
{%- endmacro %}

{% macro duckdb__minutes_between(earlier, later) -%}
    (cast(epoch_us({{ later }}) - epoch_us({{ earlier }}) as double precision) / 6e7)
{%- endmacro %}
