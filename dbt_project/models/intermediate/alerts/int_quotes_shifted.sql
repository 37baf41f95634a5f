{{ config(materialized='ephemeral') }}

with

changes as (

    select
        changes.*,
        -- a price was last seen by the look before the one that showed another
        lead(changes.previous_seen_at) over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from, changes.response_id collate "C"
        ) as last_seen_at,
        changes.valid_from <= events.as_of - interval '1 hour' as is_earlier
    from {{ known('int_quote_changes') }} as changes
    inner join {{ ref('int_events_upcoming') }} as events
        on changes.event_id = events.event_id and changes.valid_from <= events.as_of
    inner join {{ ref('markets') }} as markets
        on changes.market_key = markets.market_key
    where
        markets.is_featured
        and not markets.is_lay
        and not changes.is_resighting

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ quote_key() }}, is_earlier
            order by valid_from desc, response_id collate "C" desc
        ) as recency_rank
    from changes
    where not is_stale and not is_in_play

),

-- what was withdrawn, then or now, has no price
paired as (

    select
        {{ quote_key() }},
        max(case when is_earlier then last_seen_at end) as moved_after_at,
        max(case when not is_earlier then valid_from end) as moved_at,
        max(case when not is_earlier then point end) as point,
        max(case when is_earlier then point end) as previous_point,
        max(case when not is_earlier then decimal_price end) as decimal_price,
        max(case when is_earlier then decimal_price end) as previous_decimal_price
    from ranked
    where recency_rank = 1
    group by {{ quote_key() }}

),

final as (

    select
        *,
        {{ points_clv('outcome_name', 'previous_point', 'point') }} as point_move,
        {{ implied_clv('previous_decimal_price', 'decimal_price') }} as probability_move
    from paired
    where decimal_price is not null and previous_decimal_price is not null

)

select * from final
