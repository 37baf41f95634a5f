{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_quotes_carried') }}
-- depends_on: {{ ref('int_responses_batched') }}

{{ events_due() }}
