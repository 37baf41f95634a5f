{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_odds_batched') }}
{%- set ledger, known_events = earlier('int_modelled_responses'), earlier('int_events') %}
{%- set known_snapshots = earlier('int_event_snapshots') %}
{%- if ledger %}{% set since = carried_since(known_events) %}{% endif %}

with

responses as (

    select
        *,
        {{ regions_of('lane') }} as lane_regions
    from {{ ref('int_responses_batched') }}
    where is_quoting

),

{% if ledger -%}
windows as (

    {{ windows_of_batch() }}

),

alive as (

    {{ events_carried(known_events) }}

),

listed_before as (

    select
        alive.window_no,
        alive.since_at,
        snapshots.*,
        row_number() over (
            partition by alive.window_no, snapshots.event_id
            order by snapshots.sequence_key collate "C" desc
        ) as recency_rank
    from {{ known_snapshots }} as snapshots
    inner join alive
        on snapshots.event_id = alive.event_id and snapshots.captured_at < alive.since_at
    where
        snapshots.is_quoting
        and snapshots.captured_at >= cast('{{ since }}' as timestamp with time zone)

),

{% endif -%}
final as (

    select
        responses.window_no,
        sighted.response_seq,
        cast(null as text) as sequence_key,
        sighted.event_id,
        sighted.sport_key,
        sighted.commence_time,
        sighted.home_team,
        sighted.away_team,
        responses.captured_at,
        responses.markets,
        responses.bookmakers,
        responses.lane_regions
    from {{ ref('int_events_sighted') }} as sighted
    inner join responses
        on sighted.response_seq = responses.response_seq
    {%- if ledger %}
    union all
    -- seq 0: the last sighting before the window, of what has not been missed since
    select
        listed_before.window_no,
        0 as response_seq,
        listed_before.sequence_key,
        listed_before.event_id,
        listed_before.sport_key,
        listed_before.commence_time,
        listed_before.home_team,
        listed_before.away_team,
        listed_before.captured_at,
        ledger.markets,
        ledger.bookmakers,
        {{ regions_of('ledger.lane') }} as lane_regions
    from listed_before
    inner join {{ ledger }} as ledger
        on listed_before.response_id = ledger.response_id
    where
        listed_before.recency_rank = 1
        and listed_before.is_listed
        and ledger.captured_at >= cast('{{ since }}' as timestamp with time zone)
    {%- endif %}

)

select * from final
