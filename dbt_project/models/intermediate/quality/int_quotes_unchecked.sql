{{ config(materialized='ephemeral') }}

with

changes as (

    select
        *,
        lead(valid_from) over (
            partition by {{ quote_key() }}
            order by valid_from, response_id collate "C"
        ) as valid_to
    from {{ known('int_quote_changes') }}
    where not is_resighting and {{ within_unchecked_events('event_id') }}

),

final as (

    select
        changes.*,
        events.sport_key,
        changes.valid_from < events.starts_at as is_pre_match
    from changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id
    where not changes.is_withdrawn

)

select * from final
