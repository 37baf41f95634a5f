{{
    config(
        materialized='table',
        tags='hot',
        indexes=lookup_indexes(['response_id']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set plan = batch_plan() -%}

with

unmodelled as (

    {{ unprocessed_responses(plan) }}

),

arrivals as (

    select
        *,
        row_number() over (partition by response_id order by load_id collate "C") as copy_number
    from unmodelled

),

{% for window in plan.windows %}
window_{{ loop.index }} as (

    select
        {{ scope_columns() }},
        true as is_new
    from arrivals
    where
        copy_number = 1
        and is_quoting
        {%- if window.sport_key %}
        and sport_key in ('{{ window.sport_key }}', 'upcoming')
        {%- else %}
        and sport_key = 'upcoming'
        {%- endif %}
        and captured_at >= cast('{{ window.since_at }}' as timestamp with time zone)
        {%- if window.until_at %}
        and captured_at <= cast('{{ window.until_at }}' as timestamp with time zone)
        {%- endif %}
    {%- if window.sport_key %}
    union all
    select
        {{ scope_columns() }},
        false as is_new
    from {{ plan.processed }} as processed
    where
        is_quoting
        and sport_key in ('{{ window.sport_key }}', 'upcoming')
        and captured_at >= cast('{{ window.since_at }}' as timestamp with time zone)
        {%- if window.until_at %}
        and captured_at <= cast('{{ window.until_at }}' as timestamp with time zone)
        {%- endif %}
    {%- endif %}

),

{% endfor %}
final as (

    {% for window in plan.windows -%}
    select
        {{ loop.index }} as window_no,
        {{ "'" ~ window.sport_key ~ "'" if window.sport_key else 'cast(null as text)' }}
            as window_sport_key,
        cast('{{ window.since_at }}' as timestamp with time zone) as window_since_at,
        cast(nullif('{{ window.looked_at or '' }}', '') as timestamp with time zone)
            as window_looked_at,
        window_{{ loop.index }}.*
    from window_{{ loop.index }}
    union all
    {% endfor -%}
    -- without a window: answers that show no quotes, and all of them where nothing was modelled yet
    select
        0 as window_no,
        cast(null as text) as window_sport_key,
        cast(null as timestamp with time zone) as window_since_at,
        cast(null as timestamp with time zone) as window_looked_at,
        {{ scope_columns() }},
        true as is_new
    from arrivals
    where copy_number = 1 {% if plan.processed %}and not is_quoting{% endif %}

)

select
    row_number() over (order by sequence_key collate "C", window_no) as response_seq,
    *
from final
