{{ config(materialized='table', indexes=lookup_indexes(['relation'])) }}

{#- dbt knows what each model reads; this run may have changed it, so it is asked anew -#}
{%- set edges = relation_edges() -%}

with recursive

direct as (

    select
        edges.relation,
        edges.kind,
        edges.is_hot,
        edges.input
    from (
        values
        {% for edge in edges -%}
        (
            '{{ edge.relation }}', '{{ edge.kind }}', {{ edge.is_hot | lower }},
            '{{ edge.input }}'
        ){{ ',' if not loop.last }}
        {% endfor %}
    ) as edges (relation, kind, is_hot, input)

),

relations as (

    select distinct
        relation,
        kind,
        is_hot
    from direct

),

reached as (

    select
        relation,
        input
    from direct
    union
    select
        reached.relation,
        direct.input
    from reached
    inner join direct
        on reached.input = direct.relation

),

described as (

    select
        relation,
        max(case when input = 'raw.api_responses' then 1 else 0 end) = 1 as reads_responses,
        max(
            case when input in ('raw.result_rows', 'staging.stg_odds_api__scores') then 1 else 0 end
        ) = 1 as reads_results,
        max(case when input = 'staging.stg_run__clock' then 1 else 0 end) = 1 as reads_clock
    from reached
    group by relation

),

final as (

    select
        reached.relation,
        relations.kind as relation_kind,
        reached.input,
        inputs.kind as input_kind,
        inputs.is_hot as input_is_hot,
        described.reads_responses as input_reads_responses,
        described.reads_results as input_reads_results,
        described.reads_clock as input_reads_clock
    from reached
    inner join relations
        on reached.relation = relations.relation
    inner join relations as inputs
        on reached.input = inputs.relation
    inner join described
        on reached.input = described.relation
    where
        relations.kind in ('table', 'view')
        and (inputs.kind = 'table' or reached.input = reached.relation)

)

select * from final
