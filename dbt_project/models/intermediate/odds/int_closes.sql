{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id'], ['starts_at']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

{% if closes_due().event_count == 0 -%}
-- most snapshots fall between starts: nothing to write, and nothing to compile
select * from {{ this }}
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
    {%- if is_moment_asked() %}
    where not classified.is_moved
    {%- endif %}

)

select * from final
{%- endif %}
