{#-
    After a run: how long each model took. One statement for all, since the collector builds every few
    minutes; what is older than `model_runs_kept_days` goes where more than the hot chain is built.
-#}
{% macro note_model_runs(results) -%}
    {%- if execute and flags.WHICH in ('run', 'build') and not var('batch_window') -%}
        {%- set rows = [] -%}
        {%- for result in results if result.node.resource_type == 'model'
            and result.node.config.materialized != 'ephemeral' -%}
            {%- do rows.append(model_run(result)) -%}
        {%- endfor -%}
        {%- if rows %}
            insert into ops.model_runs (relation, began_at, seconds, row_count, build_kind, status)
            values {{ rows | join(', ') }};
        {%- endif -%}
        {%- if kind_of_build() != 'hot' %}
            delete from ops.model_runs
            where began_at < current_timestamp - interval '{{ var("model_runs_kept_days") }} days';
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- the row of one model: the engine does not always tell how many rows it wrote -#}
{% macro model_run(result) -%}
    {%- set timing = result.timing | selectattr('name', 'equalto', 'execute') | list -%}
    {%- set began_at = timing[0].started_at if timing and timing[0].started_at else run_started_at -%}
    {%- set count = (result.adapter_response or {}).get('rows_affected') -%}
    {%- set is_counted = count is not none and count >= 0
        and result.node.config.materialized != 'view' -%}
    (
        '{{ result.node.schema }}.{{ result.node.alias }}',
        cast('{{ began_at.strftime("%Y-%m-%dT%H:%M:%S.%f") }}+00:00' as timestamp with time zone),
        {{ '%.6f' | format(result.execution_time) }},
        {{ count if is_counted else 'null' }},
        '{{ kind_of_build() }}',
        '{{ result.status }}'
    )
{%- endmacro %}

{#- how much a run builds -#}
{% macro kind_of_build() -%}
    {%- set chosen = (invocation_args_dict.get('select') or []) | list -%}
    {%- if flags.FULL_REFRESH -%} full refresh
    {%- elif chosen == [] -%} everything
    {%- elif chosen == ['tag:hot'] -%} hot
    {%- elif chosen == ['tag:hot', 'tag:results'] -%} results
    {%- else -%} chosen
    {%- endif -%}
{%- endmacro %}

{#- dbt must have the table before the first run is noted -#}
{% macro keep_model_runs() -%}
    create table if not exists ops.model_runs (
        relation text not null,
        began_at timestamp with time zone not null,
        seconds double precision not null,
        row_count bigint,
        build_kind text not null,
        status text not null,
        primary key (relation, began_at)
    );
{%- endmacro %}
