with

events as (

    select * from {{ ref('int_events_labelled') }}

),

changes as (

    select
        changes.*,
        {{ base_market('changes.market_key') }} as base_market_key,
        {{ sequence_key('changes.valid_from', 'changes.response_id') }} as change_key,
        {{ event_labels('events') }},
        row_number() over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from, changes.response_id collate "C"
        ) as seniority_rank
    from {{ known('int_quote_changes') }} as changes
    inner join events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at

),

-- read twice, and each time only for the game that is asked for
openings as not materialized (

    select * from changes
    where seniority_rank = 1

),

requests as not materialized (

    select * from {{ known('int_processed_responses') }}

),

first_showings as (

    select distinct
        openings.event_id,
        openings.sport_key,
        openings.bookmaker_key,
        openings.base_market_key,
        openings.response_id,
        openings.valid_from,
        openings.change_key,
        shown_by.regions,
        snapshots.commence_time
    from openings
    inner join requests as shown_by
        on openings.response_id = shown_by.response_id
    inner join {{ known('int_event_snapshots') }} as snapshots
        on
            openings.response_id = snapshots.response_id
            and openings.event_id = snapshots.event_id

),

-- without a snapshot that could have shown the quote before, when it opened is not known
preceded as (

    select distinct
        first_showings.event_id,
        first_showings.bookmaker_key,
        first_showings.base_market_key,
        first_showings.response_id
    from first_showings
    inner join requests as earlier
        on
            first_showings.sport_key = earlier.sport_key
            and first_showings.change_key > earlier.sequence_key
            and earlier.captured_at >= first_showings.valid_from - interval '60 minutes'
            and {{ covers('earlier', 'first_showings') }}

),

final as (

    select
        {{ quote_key('openings') }},
        openings.point,
        openings.american_price,
        openings.decimal_price,
        openings.valid_from as captured_at,
        openings.known_at,
        openings.market_updated_at,
        preceded.event_id is null as is_left_censored,
        openings.response_id,
        {{ event_labels('openings') }}
    from openings
    left join preceded
        on
            openings.event_id = preceded.event_id
            and openings.bookmaker_key = preceded.bookmaker_key
            and openings.base_market_key = preceded.base_market_key
            and openings.response_id = preceded.response_id

)

select * from final
