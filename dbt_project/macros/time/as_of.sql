{#- "now" while a table is built: the moment asked for, else when the run began -#}
{% macro as_of() -%}
    cast('{{ asked_as_of() or run_started_at.isoformat() }}' as timestamp with time zone)
{%- endmacro %}

{#- the moment somebody asked to look from, empty where nobody did -#}
{% macro asked_as_of() -%}
    {{ return(var('as_of', '') or env_var('ODDS_AS_OF', '')) }}
{%- endmacro %}

{#-
    The moment that this session alone looks from, null where it did not say. Only what is read through
    `_known` models is as it was then: tables, and marts made for no moment, hold what came later.
-#}
{% macro session_moment() -%}
    {{ return(adapter.dispatch('session_moment')()) }}
{%- endmacro %}

{% macro default__session_moment() -%}
    cast(nullif(current_setting('odds.as_of', true), '') as timestamp with time zone)
{%- endmacro %}

{% macro duckdb__session_moment() -%}
    cast(getvariable('odds_as_of') as timestamp with time zone)
{%- endmacro %}
