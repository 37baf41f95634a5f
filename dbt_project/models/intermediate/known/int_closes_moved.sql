{{ config(materialized='table', pre_hook='{{ hot_session() }}') }}

{%- set closes, due = ref('int_closes'), closes_due() %}
{% if execute and (not is_moment_asked() or due.event_count == 0) -%}
-- only who looks back sees starts that were believed once
select * from {{ closes }}
where 1 = 0
{%- else -%}
with

classified as (

    select * from {{ ref('int_closes_classified') }}

),

update_times as (

    select * from {{ ref('int_close_update_times') }}

),

final as (

    {{ written_closes() }}
    where classified.is_moved

)

select * from final
{%- endif %}
