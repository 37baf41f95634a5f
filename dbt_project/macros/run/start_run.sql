{#- before every run: say what is missing, refuse what would break the chain, set the clock -#}
{% macro start_run() -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set landed = adapter.get_relation(
            database=target.database, schema='raw', identifier='api_responses'
        ) -%}
        {%- if not landed -%}
            {{ exceptions.raise_compiler_error(
                'Nothing has been landed yet: there is no table raw.api_responses in '
                ~ target.name ~ '. Try `odds demo`, `odds replay PATH` or `odds fetch odds` first.'
            ) }}
        {%- endif -%}
        {{ refuse_bad_vars() }}
        {{ refuse_partial_full_refresh() }}
        {{ refuse_old_chain() }}
    {%- endif -%}
    {%- if execute and flags.WHICH in ('run', 'build', 'seed') -%}
        {{ take_build_lease() }}
    {%- endif -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {{ complete_raw_tables() }}
        {{ set_run_clock() }}
    {%- endif -%}
{%- endmacro %}
