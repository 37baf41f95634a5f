{#-
    The responses that are set aside, since no model could take them in: `odds` finds them, and dbt must
    have the table at all times. A full refresh has taken out what models still held of them; until
    then, a run that adds to the models would add to what must go.
-#}
{% macro keep_quarantine() -%}
    {%- if not flags.FULL_REFRESH and adapter.get_relation(
        database=target.database, schema='ops', identifier='quarantined_responses'
    ) -%}
        {%- if found(
            'select 1 from ops.quarantined_responses where is_in_models and released_at is null'
        ) -%}
            {{ exceptions.raise_compiler_error(
                'What was set aside (`odds raw list`) is still in the models: run '
                ~ '`dbt build --full-refresh` once, it models everything else anew from raw.'
            ) }}
        {%- endif -%}
    {%- endif -%}
    create table if not exists ops.quarantined_responses (
        response_id text primary key,
        model text,
        error text not null,
        quarantined_at timestamp with time zone not null,
        released_at timestamp with time zone,
        is_in_models boolean not null
    );
{%- endmacro %}

{#- after a full refresh of the hot chain nothing is left in it of what was set aside before -#}
{% macro note_what_was_taken_out(results) -%}
    {%- for result in results if flags.FULL_REFRESH and execute
        and result.status == 'success' and result.node.name == 'int_processed_responses' -%}
        {#- the hook that ends the run commits on Postgres, DuckDB does at once -#}
        update ops.quarantined_responses
        set is_in_models = false
        where is_in_models and quarantined_at < cast('{{ run_started_at.isoformat() }}' as timestamp with time zone)
    {%- endfor -%}
{%- endmacro %}

{#- dbt cannot find the one response that a model fails for: say who can -#}
{% macro tell_who_finds_it(results) -%}
    {%- set failed = [] -%}
    {%- for result in results if result.status == 'error' and 'hot' in result.node.config.tags -%}
        {%- do failed.append(result.node.name) -%}
    {%- endfor -%}
    {%- if failed and not env_var('ODDS_BUILD_HOLDER', '') -%}
        {{ log(
            failed[0] ~ ' failed. If one response is to blame: `odds raw quarantine --find'
            ~ (' --full-refresh' if flags.FULL_REFRESH else '')
            ~ '` finds it, sets it aside and models the rest.', info=true
        ) }}
    {%- endif -%}
{%- endmacro %}
