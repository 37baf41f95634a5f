{{ config(materialized='view') }}

with

-- only games that a bet may be on: there are thousands of others
span as (

    select
        min(least(placed_at, coalesce(starts_at, placed_at))) - interval '2 days' as first_start_at,
        max(greatest(placed_at, coalesce(starts_at, placed_at))) + interval '15 days'
            as last_start_at,
        min(game_date) as first_date,
        max(game_date) as last_date
    from {{ ref('stg_bets__legs') }}

),

events as (

    select events.*
    from {{ ref('dim_events') }} as events
    cross join span
    where
        events.starts_at between span.first_start_at and span.last_start_at
        or events.game_date between span.first_date and span.last_date

),

sides as (

    select
        *,
        1 as side_no,
        home_team as team
    from events
    where home_team is not null
    union all
    select
        *,
        2 as side_no,
        away_team as team
    from events
    where away_team is not null

),

canonical as (

    select
        sides.*,
        coalesce(aliases.team_name, sides.team) as team_name
    from sides
    left join {{ ref('team_aliases') }} as aliases
        on sides.sport_key = aliases.sport_key and sides.team = aliases.alias

),

called as (

    select event_id, side_no, {{ name_key('team') }} as name, false as is_short from canonical
    union
    select event_id, side_no, {{ name_key('team_name') }} as name, false as is_short from canonical
    union
    select
        canonical.event_id,
        canonical.side_no,
        {{ name_key('aliases.alias') }} as name,
        false as is_short
    from canonical
    inner join {{ ref('team_aliases') }} as aliases
        on canonical.sport_key = aliases.sport_key and canonical.team_name = aliases.team_name
    union
    -- what comes after the town: another sport may have a team of that name
    select
        event_id,
        side_no,
        split_part({{ name_key('team') }}, ' ', -1) as name,
        true as is_short
    from canonical
    union
    select
        event_id,
        side_no,
        split_part({{ name_key('team') }}, ' ', -2) || ' '
        || split_part({{ name_key('team') }}, ' ', -1) as name,
        true as is_short
    from canonical

),

final as (

    select
        called.event_id,
        called.side_no,
        called.name,
        min(case when called.is_short then 1 else 0 end) = 1 as is_short
    from called
    where called.name != ''
    group by called.event_id, called.side_no, called.name

)

select * from final
