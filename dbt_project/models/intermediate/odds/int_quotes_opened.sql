{{ config(materialized='ephemeral') }}

with

events as (

    select * from {{ known('int_events') }}

),

changes as (

    select
        changes.*,
        {{ base_market('changes.market_key') }} as base_market_key,
        {{ sequence_key('changes.valid_from', 'changes.response_id') }} as change_key,
        events.sport_key,
        row_number() over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from, changes.response_id collate "C"
        ) as seniority_rank
    from {{ known('int_quote_changes') }} as changes
    inner join events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at

),

final as (

    select
        {{ quote_key() }},
        sport_key,
        base_market_key,
        point,
        american_price,
        decimal_price,
        valid_from,
        known_at,
        market_updated_at,
        change_key,
        response_id
    from changes
    where seniority_rank = 1

)

select * from final
