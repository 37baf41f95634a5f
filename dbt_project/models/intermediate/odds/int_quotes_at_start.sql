{{ config(materialized='ephemeral') }}

with

due as (

    {{ events_due() }}

),

changes as (

    select
        quote_changes.*,
        due.sport_key,
        due.starts_at,
        due.is_moved,
        {{ sequence_key('quote_changes.valid_from', 'quote_changes.response_id') }} as change_key,
        row_number() over (
            partition by {{ quote_key('quote_changes') }}, due.starts_at
            order by
                quote_changes.valid_from desc,
                quote_changes.response_id collate "C" desc
        ) as recency_rank
    from {{ ref('int_quote_changes') }} as quote_changes
    inner join due
        on
            quote_changes.event_id = due.event_id
            and quote_changes.valid_from < due.starts_at
    where
        quote_changes.valid_from
        >= cast('{{ closes_due().first_seen_at }}' as timestamp with time zone)

),

standing as (

    select * from changes
    where recency_rank = 1

),

-- who may speak about a book's market follows from who last showed any of it
addressed as (

    select
        *,
        first_value(request_kind) over (
            partition by event_id, starts_at, bookmaker_key, market_key
            order by change_key collate "C" desc, is_withdrawn
        ) as book_market_kind,
        max(change_key) over (partition by event_id, starts_at, bookmaker_key, market_key)
            as book_market_key
    from standing

),

final as (

    select
        *,
        {{ base_market('market_key') }} as base_market_key,
        {{ regions_of('book_market_kind') }} as regions
    from addressed

)

select * from final
