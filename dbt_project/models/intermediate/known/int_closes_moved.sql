{{ config(materialized='table', pre_hook='{{ hot_session() }}') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_events_known') }}
-- depends_on: {{ ref('int_odds_parsed') }}
-- depends_on: {{ ref('int_quotes_carried') }}
-- depends_on: {{ ref('int_responses_to_process') }}
-- depends_on: {{ ref('stg_run__clock') }}
-- depends_on: {{ ref('int_closes') }}
-- depends_on: {% if not execute %}{{ ref('int_closes_classified') }}{% endif %}
-- depends_on: {% if not execute %}{{ ref('int_close_update_times') }}{% endif %}

{% if not is_moment_asked() or closes_due().event_count == 0 -%}
-- only who looks back sees starts that were believed once
select * from {{ ref('int_closes') }}
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
