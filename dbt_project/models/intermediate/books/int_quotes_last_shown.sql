{{ config(materialized='view') }}

with

changes as (

    select * from {{ ref('fct_odds_changes') }}

),

-- what a book asked last before the start: of a price that stands for days one look is enough
shown as (

    select
        changes.*,
        row_number() over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from desc, changes.response_id collate "C" desc
        ) as recency_rank
    from changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at
    where changes.decimal_price is not null and not changes.is_stale and not changes.is_in_play

),

final as (

    select
        {{ quote_key() }},
        point,
        decimal_price,
        valid_from,
        valid_to
    from shown
    where recency_rank = 1

)

select * from final
