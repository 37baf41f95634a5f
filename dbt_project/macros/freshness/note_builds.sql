{#-
    After a run: how far each table knows that was made in it, which is no further than what it was made
    of. What failed or was left out keeps its note; what is not in the list of what models read yet has
    none, and counts as behind. A run that takes in a part of the responses notes nothing.
-#}
{% macro note_builds(results) -%}
    {%- if execute and flags.WHICH in ('run', 'build') and not var('batch_window') -%}
        {%- set made = [] -%}
        {%- for result in results if result.status == 'success'
            and result.node.resource_type == 'model'
            and result.node.config.materialized not in ('view', 'ephemeral') -%}
            {%- do made.append("'" ~ result.node.schema ~ '.' ~ result.node.alias ~ "'") -%}
        {%- endfor -%}
        {%- if made -%}
            {{ notes_of(made | join(', ')) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- the statements that write these notes -#}
{% macro notes_of(names) -%}
    {%- set inputs = adapter.get_relation(
        database=target.database, schema='intermediate', identifier='int_relation_inputs'
    ) -%}
    {#- the notes are written in one transaction, which hooks have only where something began one -#}
    {%- call statement('begin', auto_begin=true) -%} select 1 {%- endcall -%}
    delete from ops.relation_builds
    where relation in ({{ names }});
    {% if inputs and not flags.EMPTY -%}
    insert into ops.relation_builds
    with

    -- what was made before this run and is part of what was made in it; no note, no knowledge
    older as (

        select
            inputs.relation,
            count(case when inputs.input_reads_responses and builds.load_id is null then 1 end)
                as unknown_count,
            count(case when inputs.input_reads_results and builds.result_load_id is null then 1 end)
                as unknown_result_count,
            min(case when inputs.input_reads_responses then builds.load_id end) as load_id,
            min(case when inputs.input_reads_responses then builds.newest_landed_at end)
                as newest_landed_at,
            min(case when inputs.input_reads_responses then builds.newest_captured_at end)
                as newest_captured_at,
            min(case when inputs.input_reads_results then builds.result_load_id end)
                as result_load_id,
            min(case when inputs.input_reads_results then builds.newest_result_at end)
                as newest_result_at,
            min(case when inputs.input_reads_clock then builds.looks_from end) as looks_from
        from {{ inputs }} as inputs
        left join ops.relation_builds as builds
            on inputs.input = builds.relation
        where
            inputs.relation in ({{ names }})
            and inputs.input_kind = 'table'
            and inputs.input not in ({{ names }})
        group by inputs.relation

    )

    select
        inputs.relation,
        run.began_at as built_at,
        least(run.looks_from, older.looks_from) as looks_from,
        {% for name in ('load_id', 'newest_landed_at', 'newest_captured_at') -%}
        case when coalesce(older.unknown_count, 0) = 0 then least(run.{{ name }}, older.{{ name }}) end
            as {{ name }},
        {% endfor -%}
        {% for name in ('result_load_id', 'newest_result_at') -%}
        case
            when coalesce(older.unknown_result_count, 0) = 0
                then least(run.{{ name }}, older.{{ name }})
        end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ inputs }} as inputs
    cross join ops.run_inputs as run
    left join older
        on inputs.relation = older.relation
    where inputs.relation in ({{ names }}) and inputs.input = inputs.relation;
    {%- endif %}
    commit;
{%- endmacro %}
