{#- the twin of analysis/backtest/settler.py; a test holds the two together -#}

with

legs as (

    select
        *,
        coalesce(bookmaker_key, '') as rule_book
    from {{ ref('int_bet_legs_matched') }}
    where is_settleable

),

clock as (

    select * from {{ ref('stg_run__clock') }}

),

sides as (

    {{ quotes_with_sides('legs') }}

),

rules as (

    {{ settlement_rules_of(
        '(select sport_key, market_key, rule_book as bookmaker_key from legs) as asked_for'
    ) }}

),

games as (

    select * from {{ ref('int_results_final') }}

),

-- the start as it was announced when the bet was placed: how far it was put off counts from there
announced as (

    select
        leg_id,
        commence_time
    from (
        select
            legs.leg_id,
            snapshots.commence_time,
            row_number() over (
                partition by legs.leg_id
                order by snapshots.sequence_key collate "C" desc
            ) as recency_rank
        from legs
        inner join {{ known('int_event_snapshots') }} as snapshots
            on legs.event_id = snapshots.event_id and legs.placed_at >= snapshots.captured_at
        where snapshots.is_listed
    ) as ranked
    where recency_rank = 1

),

ruled as (

    select
        sides.leg_id,
        sides.market_kind,
        sides.period,
        sides.outcome_count,
        sides.point,
        case
            when sides.market_kind = 'double_chance'
                then {{ double_chance_side(
                    'sides.outcome_name', 'sides.home_team', 'sides.away_team'
                ) }}
            else sides.side_no
        end as side_no,
        case sides.outcome_description
            when sides.home_team then 1
            when sides.away_team then 2
        end as team,
        events.starts_at,
        events.starts_at > clock.as_of as is_to_come,
        games.event_id is not null as has_score,
        games.published_at,
        games.home_score as final_home_score,
        games.away_score as final_away_score,
        rules.score_settles and sides.period = 'game' as is_by_score,
        {{ settling_score('home', 'games', 'rules', 'sides.market_kind') }} as home_score,
        {{ settling_score('away', 'games', 'rules', 'sides.market_kind') }} as away_score,
        {{ is_void_as_shortened('games', 'rules', 'sides.market_kind') }} as is_void_as_shortened,
        coalesce(announced.commence_time, events.scheduled_start_at)
        + rules.void_after_hours * interval '1 hour' as void_at,
        events.status in ('postponed', 'cancelled') and games.event_id is null as is_off,
        clock.as_of
    from sides
    cross join clock
    inner join rules
        on
            sides.sport_key = rules.sport_key
            and sides.market_key = rules.market_key
            and sides.rule_book = rules.bookmaker_key
    inner join {{ ref('dim_events') }} as events
        on sides.event_id = events.event_id
    left join games
        on sides.event_id = games.event_id
    left join announced
        on sides.leg_id = announced.leg_id

),

measured as (

    select
        *,
        is_off or starts_at > void_at as is_called_off,
        {{ settlement_margin(
            'market_kind', 'side_no', 'outcome_count', 'point', 'home_score', 'away_score', 'team'
        ) }} as margin
    from ruled

),

decided as (

    select
        *,
        case
            when not is_by_score then null
            when is_called_off then case when void_at <= as_of then 'void' end
            when is_void_as_shortened then 'void'
            else {{ settled_outcome('margin') }}
        end as outcome
    from measured

),

final as (

    select
        leg_id,
        side_no,
        outcome,
        case
            when outcome is null then null
            when is_called_off then void_at
            else published_at
        end as settled_at,
        case when is_by_score and not is_called_off and not is_void_as_shortened then home_score end
            as home_score,
        case when is_by_score and not is_called_off and not is_void_as_shortened then away_score end
            as away_score,
        case
            when outcome is not null then null
            when period != 'game' then 'part_of_a_game'
            when not is_by_score then 'no_score_decides'
            when is_to_come then 'not_started'
            when is_called_off then 'waits_for_its_game'
            when not has_score then 'no_result'
            when home_score is null then 'no_regulation_score'
            else 'no_score_decides'
        end as pending_reason
    from decided

)

select * from final
