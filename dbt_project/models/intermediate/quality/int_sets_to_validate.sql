{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

with

versions as (

    select * from {{ ref('int_set_versions') }}
    where {{ within_events_to_validate('event_id') }}

),

events as (

    select * from {{ known('int_events') }}

),

markets as (

    select * from {{ ref('markets') }}

),

bookmakers as (

    select * from {{ ref('bookmakers') }}

),

final as (

    select
        {{ set_columns('versions') }},
        {{ implied_sum('versions.implied_1', 'versions.implied_2', 'versions.implied_3') }}
            as implied_total,
        versions.implied_1
        / {{ implied_sum('versions.implied_1', 'versions.implied_2', 'versions.implied_3') }}
            as fair_1,
        -- two prices with a margin between them allow any fair probability from one to the other
        least(
            1 - versions.implied_2 - coalesce(versions.implied_3, 0), versions.implied_1
        ) as lowest_1,
        greatest(
            1 - versions.implied_2 - coalesce(versions.implied_3, 0), versions.implied_1
        ) as highest_1,
        events.sport_key,
        markets.market_kind,
        markets.is_featured,
        coalesce(bookmakers.kind, 'unknown') as kind,
        coalesce(bookmakers.book_group, versions.bookmaker_key) as book_group,
        versions.valid_from,
        versions.valid_to,
        versions.response_id
    from versions
    inner join events
        on versions.event_id = events.event_id and versions.valid_from < events.starts_at
    inner join markets
        on versions.market_key = markets.market_key
    left join bookmakers
        on versions.bookmaker_key = bookmakers.bookmaker_key

)

select * from final
