{{ config(materialized='ephemeral') }}

with

responses as (

    select
        response_id,
        sport_key,
        reading_notes,
        coalesce(captured_at, requested_at) as seen_at
    from {{ known('stg_odds_api__responses') }}
    where reading_notes is not null

),

notes as (

    {{ flatten_notes('responses') }}

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            subject="regexp_replace(path, '\\[[0-9]+\\]', '', 'g')",
            sample="path || ': ' || noted || ' in response ' || response_id",
            seen_at='seen_at'
        ) }}
    from notes

)

select * from final
