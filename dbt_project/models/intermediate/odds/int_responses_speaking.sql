{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_quotes_carried') }}
-- depends_on: {% if not execute %}{{ ref('int_events_known') }}{% endif %}
{%- set ledger = earlier('int_modelled_responses') %}

with

responses as (

    select {{ scope_columns() }} from {{ ref('int_responses_batched') }}
    {%- if ledger %}
    union
    select {{ scope_columns() }} from {{ ledger }}
    where captured_at >= cast('{{ due_edges().first_seen_at }}' as timestamp with time zone)
    {%- endif %}

),

final as (

    select
        sport_key,
        coalesce(scope_event_id, '') as scope_event_id,
        bookmakers,
        regions,
        event_ids,
        commence_time_from,
        commence_time_to,
        is_filtered,
        captured_at,
        sequence_key,
        unnest(string_to_array(markets, ',')) as market_key
    from responses
    where can_withdraw

)

select * from final
