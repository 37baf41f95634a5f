with

quoted as (

    select distinct
        events.sport_key,
        closes.event_id,
        {{ base_market('closes.market_key') }} as market_key
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

events as (

    select distinct
        sport_key,
        event_id
    from quoted

),

lists_asked as (

    select distinct
        sport_key,
        scope_event_id,
        markets
    from {{ known('int_modelled_responses') }}
    where is_quoting

),

asked as (

    select distinct
        sport_key,
        scope_event_id,
        unnest(string_to_array(markets, ',')) as market_key
    from lists_asked

),

-- a call about one event asks for that one, a call about a sport for all of its games
promised as (

    select distinct
        events.sport_key,
        events.event_id,
        asked.market_key
    from events
    inner join asked
        on
            events.sport_key = asked.sport_key
            and coalesce(asked.scope_event_id, events.event_id) = events.event_id

),

final as (

    select
        promised.sport_key,
        promised.event_id,
        promised.market_key,
        case when quoted.event_id is null then 'not_quoted' else 'held' end as outcome
    from promised
    left join quoted
        on promised.event_id = quoted.event_id and promised.market_key = quoted.market_key

)

select * from final
