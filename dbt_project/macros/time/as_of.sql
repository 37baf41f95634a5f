{#- "now" while a table is built: the moment asked for, else when the run began -#}
{% macro as_of() -%}
    cast('{{ asked_as_of() or run_started_at.isoformat() }}' as timestamp with time zone)
{%- endmacro %}

{#- the moment somebody asked to look from, empty where nobody did -#}
{% macro asked_as_of() -%}
    {{ return(var('as_of', '') or env_var('ODDS_AS_OF', '')) }}
{%- endmacro %}
