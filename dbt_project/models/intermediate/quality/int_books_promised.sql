with

-- every quote shown before a start that has come has its row there
quoted as (

    select distinct
        events.sport_key,
        closes.event_id,
        closes.bookmaker_key,
        events.starts_at
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

events as (

    select distinct
        sport_key,
        event_id,
        starts_at
    from quoted

),

lists_named as (

    select distinct
        sport_key,
        bookmakers
    from {{ known('int_modelled_responses') }}
    where is_quoting and event_count > 0 and bookmakers is not null

),

named as (

    select
        sport_key,
        unnest(string_to_array(bookmakers, ',')) as bookmaker_key
    from lists_named

),

expected as (

    select
        sport_key,
        bookmaker_key,
        true as is_named,
        cast(null as timestamp with time zone) as starts_at
    from named
    union all
    select
        sport_key,
        bookmaker_key,
        false as is_named,
        starts_at
    from quoted

),

books as (

    select
        sport_key,
        bookmaker_key,
        max(case when is_named then 1 else 0 end) = 1 as is_named,
        min(starts_at) as first_quoted_start_at,
        max(starts_at) as last_quoted_start_at
    from expected
    group by sport_key, bookmaker_key

),

final as (

    select
        events.sport_key,
        events.event_id,
        events.starts_at,
        books.bookmaker_key,
        books.is_named,
        case
            when quoted.event_id is not null then 'held'
            when books.first_quoted_start_at is null then 'never_seen'
            when
                events.starts_at < books.first_quoted_start_at
                or events.starts_at > books.last_quoted_start_at
                then 'not_carried_then'
            else 'not_quoted'
        end as outcome
    from events
    inner join books
        on events.sport_key = books.sport_key
    left join quoted
        on events.event_id = quoted.event_id and books.bookmaker_key = quoted.bookmaker_key

)

select * from final
