{{ config(materialized='table', pre_hook='{{ tuned_session() }}') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_events_known') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_quotes_carried') }}
-- depends_on: {{ ref('int_responses_batched') }}
-- depends_on: {{ ref('stg_run__clock') }}
-- depends_on: {{ ref('int_closes') }}
-- depends_on: {% if not execute %}{{ ref('int_closes_judged') }}{% endif %}
-- depends_on: {% if not execute %}{{ ref('int_quotes_stamped') }}{% endif %}

{% if not is_moment_asked() or due_edges().event_count == 0 -%}
-- only who looks back sees starts that were believed once
select * from {{ ref('int_closes') }}
where 1 = 0
{%- else -%}
with

judged as (

    select * from {{ ref('int_closes_judged') }}

),

stamps as (

    select * from {{ ref('int_quotes_stamped') }}

),

final as (

    {{ written_closes() }}
    where judged.is_moved

)

select * from final
{%- endif %}
