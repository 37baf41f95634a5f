with

legs as (

    select * from {{ ref('int_bet_legs_named') }}

),

names as (

    select * from {{ ref('int_event_names') }}

),

events as (

    select * from {{ ref('dim_events') }}

),

-- the name of one team: where no event was told, the outcome names it
named as (

    select
        legs.leg_id,
        names.event_id,
        names.side_no,
        1 as name_number
    from legs
    inner join names
        on
            coalesce(legs.first_name, legs.outcome_name_key) = names.name
            and (legs.sport_key is not null or not names.is_short)
    where legs.event_id is null
    union all
    select
        legs.leg_id,
        names.event_id,
        names.side_no,
        2 as name_number
    from legs
    inner join names
        on
            legs.second_name = names.name
            and (legs.sport_key is not null or not names.is_short)
    where legs.event_id is null

),

-- all names that were told, each of another team of the game
games_named as (

    select
        named.leg_id,
        named.event_id
    from named
    inner join legs
        on named.leg_id = legs.leg_id
    group by named.leg_id, named.event_id, legs.second_name
    having
        count(distinct named.name_number) = case when legs.second_name is null then 1 else 2 end
        and count(distinct named.side_no) >= case when legs.second_name is null then 1 else 2 end
    union all
    select
        legs.leg_id,
        legs.event_id
    from legs
    where legs.event_id is not null

),

in_time as (

    select
        games_named.leg_id,
        events.event_id,
        events.superseded_by_event_id is not null as is_superseded
    from games_named
    inner join legs
        on games_named.leg_id = legs.leg_id
    inner join events
        on games_named.event_id = events.event_id
    where
        legs.event_id is not null
        or (
            (legs.sport_key is null or events.sport_key = legs.sport_key)
            and case
                when legs.starts_at is not null
                    then
                        abs({{ minutes_between('legs.starts_at', 'events.starts_at') }})
                        <= 60 * {{ var('results_match_hours') }}
                when legs.game_date is not null then events.game_date = legs.game_date
                -- without a day, the one game of the teams that it can be
                else
                    events.starts_at between legs.placed_at - interval '6 hours'
                    and legs.placed_at + interval '7 days'
            end
        )

),

-- a game that was listed anew is the one that is played
preferred as (

    select
        *,
        rank() over (
            partition by leg_id
            order by case when is_superseded then 1 else 0 end
        ) as listing_rank
    from in_time

),

located as (

    select
        leg_id,
        min(event_id) as event_id,
        count(*) as event_count
    from preferred
    where listing_rank = 1
    group by leg_id

),

names_found as (

    select
        leg_id,
        count(distinct name_number) as name_count
    from named
    group by leg_id

),

final as (

    select
        legs.leg_id,
        case when located.event_count = 1 then located.event_id end as event_id,
        case
            when located.event_count = 1 then null
            when located.event_count > 1 then 'several_events'
            when legs.event_id is not null then 'no_event'
            when
                coalesce(names_found.name_count, 0)
                < case when legs.second_name is null then 1 else 2 end
                then 'unknown_team'
            else 'no_event'
        end as unmatched_reason
    from legs
    left join located
        on legs.leg_id = located.leg_id
    left join names_found
        on legs.leg_id = names_found.leg_id

)

select * from final
