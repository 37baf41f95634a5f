{% macro as_of() -%}
    {%- set asked = var('as_of', '') or env_var('ODDS_AS_OF', '') or run_started_at.isoformat() -%}
    cast('{{ asked }}' as timestamp with time zone)
{%- endmacro %}
