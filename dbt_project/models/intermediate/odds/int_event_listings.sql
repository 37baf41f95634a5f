{{ config(materialized='ephemeral') }}

{%- set known_events = previous_build('int_events') %}
{%- set known_snapshots = previous_build('int_event_snapshots') %}
{%- if known_events %}{% set since = carried_since(known_events) %}{% endif %}

with

responses as (

    {{ responses_around_windows() }}

),

{% if known_events -%}
windows as (

    {{ windows_of_batch() }}

),

alive as (

    {{ events_carried(known_events) }}

),

earlier_snapshots as (

    select
        alive.window_no,
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
-- the listings of the window, and the last one before it of what has not been delisted since
final as (

    select
        responses.window_no,
        events.event_id,
        events.sport_key,
        events.commence_time,
        events.home_team,
        events.away_team,
        responses.captured_at,
        responses.response_no as shown_key,
        responses.markets,
        responses.bookmakers,
        {{ regions_of('responses.request_kind') }} as regions
    from {{ ref('int_events_listed') }} as events
    inner join responses
        on events.response_seq = responses.response_no
    {%- if known_events %}
    union all
    select
        events.window_no,
        events.event_id,
        events.sport_key,
        events.commence_time,
        events.home_team,
        events.away_team,
        responses.captured_at,
        responses.response_no as shown_key,
        responses.markets,
        responses.bookmakers,
        {{ regions_of('responses.request_kind') }} as regions
    from earlier_snapshots as events
    inner join responses
        on
            events.window_no = responses.window_no
            and events.response_id = responses.response_id
            and responses.response_no < 0
    where events.recency_rank = 1 and events.is_listed
    {%- endif %}

)

select * from final
