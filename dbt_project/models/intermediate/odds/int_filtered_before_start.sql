{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_quotes_carried') }}
-- depends_on: {{ ref('int_responses_batched') }}

with

pieces as (

    select * from {{ ref('int_pieces_at_start') }}

),

filtered as (

    select * from {{ ref('int_responses_speaking') }}
    where is_filtered

),

covering as (

    select
        pieces.*,
        filtered.event_ids,
        filtered.commence_time_from,
        filtered.commence_time_to,
        filtered.sequence_key
    from filtered
    inner join pieces
        on
            filtered.sport_key = pieces.sport_key
            and filtered.market_key = pieces.base_market_key
    where
        filtered.captured_at < pieces.starts_at
        and filtered.scope_event_id in ('', pieces.event_id)
        and case
            when filtered.bookmakers is not null
                then pieces.bookmaker_key = any(string_to_array(filtered.bookmakers, ','))
            else
                string_to_array(pieces.lane_regions, ',')
                <@ string_to_array(filtered.regions, ',')
        end

),

-- an event passes a filter by the start that was last shown before the call
announced as (

    select
        covering.*,
        sightings.commence_time,
        row_number() over (
            partition by
                covering.event_id,
                covering.starts_at,
                covering.base_market_key,
                covering.bookmaker_key,
                covering.lane_regions,
                covering.sequence_key
            order by sightings.sequence_key collate "C" desc
        ) as recency_rank
    from covering
    inner join {{ ref('int_event_snapshots') }} as sightings
        on covering.event_id = sightings.event_id
    where
        sightings.is_listed
        and sightings.is_quoting
        and sightings.sequence_key < covering.sequence_key
        and sightings.captured_at
        >= cast('{{ due_edges().first_seen_at }}' as timestamp with time zone)

),

final as (

    select
        announced.event_id,
        announced.sport_key,
        announced.starts_at,
        announced.base_market_key,
        announced.bookmaker_key,
        announced.lane_regions,
        announced.sequence_key as last_key
    from announced
    where announced.recency_rank = 1 and {{ passes_filters('announced', 'announced') }}

)

select * from final
