{{
    config(
        materialized='table',
        tags='hot',
        indexes=lookup_indexes(['response_id']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set plan = batch_plan() -%}

with

unmodelled as (

    {{ unmodelled_responses(plan) }}

),

{% for sport in plan.sports %}
ledger_slice_{{ loop.index }} as (

    select
        *,
        {{ sport.rebuild_since is not none }} as is_contested
    from {{ plan.ledger }} as ledger
    where
        {% if sport.rebuild_since -%}
        captured_at >= cast('{{ sport.rebuild_since }}' as timestamp with time zone)
        {%- else -%}
        captured_at >= cast('{{ sport.since }}' as timestamp with time zone)
        {%- if sport.until %}
        and captured_at <= cast('{{ sport.until }}' as timestamp with time zone)
        {%- endif %}
        {%- endif %}
        and sport_key in ('{{ sport.sport_key }}', 'upcoming')
        and is_quoting

),

{% endfor %}
modelled as (

    {% for sport in plan.sports -%}
    select * from ledger_slice_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {% else -%}
    select
        *,
        false as is_contested
    from unmodelled
    where 1 = 0
    {% endfor %}
),

arrivals as (

    select
        *,
        row_number() over (partition by response_id order by load_id collate "C") as copy_number
    from unmodelled

),

{{ nearest_in_scope('arrivals', 'modelled') }},

final as (

    select {{ scope_columns() }}, true as is_new, false as is_contested from arrivals
    where copy_number = 1
    union all
    select distinct {{ scope_columns() }}, false as is_new, is_contested from modelled
    where is_contested or response_id in (select nearest.response_id from nearest)

)

select
    row_number() over (order by sequence_key collate "C") as response_seq,
    *
from final
