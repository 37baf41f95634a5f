{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_odds_batched') }}

with

due as (

    select * from {{ ref('int_events_due') }}

),

changes as (

    select
        quote_changes.*,
        due.sport_key,
        due.starts_at,
        {{ sequence_key('quote_changes.valid_from', 'quote_changes.response_id') }} as change_key,
        row_number() over (
            partition by
                quote_changes.event_id,
                quote_changes.bookmaker_key,
                quote_changes.market_key,
                quote_changes.outcome_name,
                quote_changes.outcome_description,
                quote_changes.line
            order by
                quote_changes.valid_from desc,
                quote_changes.response_id collate "C" desc
        ) as recency_rank
    from {{ ref('int_quote_changes') }} as quote_changes
    inner join due
        on
            quote_changes.event_id = due.event_id
            and quote_changes.valid_from < due.starts_at

),

final as (

    select
        *,
        {{ base_market('market_key') }} as base_market_key,
        -- who may speak about the quote: the regions that last showed it, or its book by name
        case
            when lane like 'regions:%' then split_part(split_part(lane, '#', 1), ':', 2)
        end as lane_regions
    from changes
    where recency_rank = 1

)

select * from final
