with

source as (

    select * from {{ source('raw', 'api_responses') }}

),

complete_loads as (

    select load_id from {{ source('raw', '_dlt_loads') }}
    where status = 0

),

landed as (

    -- dlt shows rows before their load is complete
    select * from source
    where _dlt_load_id in (select complete_loads.load_id from complete_loads)

),

parsed as (

    select

        ---------- ids
        response_id,
        sport_key,
        event_id,
        job_id,
        _dlt_load_id as load_id,

        ---------- strings
        endpoint,
        case
            when endpoint like '%/events/%/odds' then 'event_odds'
            when endpoint like '%/odds' then 'odds'
            when endpoint like '%/events' then 'events'
            when endpoint like '%/scores' then 'scores'
            when endpoint like '%/sports' then 'sports'
            else 'other'
        end as endpoint_kind,
        params,
        coalesce(nullif({{ json_text('params', 'oddsFormat') }}, ''), 'decimal') as odds_format,
        {{ sorted_list(json_text('params', 'markets')) }} as markets,
        {{ sorted_list(json_text('params', 'bookmakers')) }} as bookmakers,
        {{ sorted_list(json_text('params', 'regions')) }} as regions,
        -- an answer of which some games could not be read speaks for the others alone
        coalesce(games_read, {{ sorted_list(json_text('params', 'eventIds')) }}) as event_ids,
        error_code,
        payload,
        coalesce(readable_payload, payload) as readable_payload,
        reading_notes,
        payload_sha256,
        origin,
        bad_headers,

        ---------- numerics
        status_code,
        event_count,
        credits_estimated,
        credits_charged,
        credits_remaining,
        credits_used,
        elapsed_ms,

        ---------- booleans
        endpoint like '/v4/historical/%' as is_historical,
        {{ is_complete_answer() }} as is_complete,

        ---------- timestamps
        requested_at,
        captured_at,
        case when endpoint like '/v4/historical/%' then landed_at else captured_at end as known_at,
        {{ api_timestamp(json_text('params', 'commenceTimeFrom')) }}
            as commence_time_from,
        {{ api_timestamp(json_text('params', 'commenceTimeTo')) }}
            as commence_time_to,
        landed_at

    from landed

)

select * from parsed
