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
        create schema if not exists ops;
        create table if not exists ops.run_clock (as_of timestamp with time zone);
        delete from ops.run_clock;
        insert into ops.run_clock select {{ as_of() }};
        {{ gathered_statistics('ops.run_clock') }};
        commit;
    {%- endif -%}
{%- endmacro %}
