{{ config(indexes=lookup_indexes(['event_id'])) }}

with

legs as (

    select * from {{ ref('int_bet_legs_named') }}

),

located as (

    select * from {{ ref('int_bet_legs_located') }}

),

-- a name that both teams of a game have names neither
team_names as (

    select
        event_id,
        name,
        min(side_no) as side_no
    from {{ ref('int_event_names') }}
    group by event_id, name
    having count(*) = 1

),

placed as (

    select
        legs.*,
        located.event_id as found_event_id,
        located.unmatched_reason as event_reason,
        events.sport_key as event_sport_key,
        events.home_team,
        events.away_team,
        events.starts_at as event_starts_at,
        markets.market_kind,
        markets.period,
        markets.outcome_set,
        markets.is_lay,
        case
            when legs.outcome_name_key in ('draw', 'x', 'tie') then 3
            when legs.outcome_name_key in ('home', '1') then 1
            when legs.outcome_name_key in ('away', '2') then 2
            else of_outcome.side_no
        end as team_no,
        of_description.side_no as description_no
    from legs
    inner join located
        on legs.leg_id = located.leg_id
    left join {{ ref('dim_events') }} as events
        on located.event_id = events.event_id
    left join {{ ref('markets') }} as markets
        on legs.market_key = markets.market_key
    left join team_names as of_outcome
        on located.event_id = of_outcome.event_id and legs.outcome_name_key = of_outcome.name
    left join team_names as of_description
        on
            located.event_id = of_description.event_id
            and {{ name_key('legs.description') }} = of_description.name

),

-- outcomes as the API names them
named as (

    select
        *,
        case
            when market_kind in ('moneyline', 'spread', 'draw_no_bet')
                then
                    case team_no
                        when 1 then home_team
                        when 2 then away_team
                        when 3 then case when market_kind = 'moneyline' then 'Draw' end
                    end
            when outcome_set = 'over_under'
                then
                    case
                        when outcome_name_key in ('over', 'o') then 'Over'
                        when outcome_name_key in ('under', 'u') then 'Under'
                    end
            when outcome_name_key in ('yes', 'no', 'over', 'under')
                then upper(left(outcome_name_key, 1)) || substr(outcome_name_key, 2)
            else outcome
        end as outcome_name,
        case
            when market_kind = 'team_total'
                then case description_no when 1 then home_team when 2 then away_team end
            else nullif(description, '')
        end as outcome_description
    from placed

),

final as (

    select
        leg_id,
        bet_id,
        leg_number,
        leg_count,
        placed_at,
        bookmaker_key,
        found_event_id as event_id,
        event_sport_key as sport_key,
        home_team,
        away_team,
        event_starts_at as starts_at,
        market_key,
        market_kind,
        period,
        outcome_name,
        outcome_description,
        case when market_kind not in ('moneyline', 'draw_no_bet', 'double_chance') then point end
            as point,
        decimal_price,
        listed_decimal_price,
        case
            when event_reason is not null then event_reason
            when market_key is null then 'unknown_market'
            when is_lay then 'lay_bet'
            when outcome_name is null then 'unknown_outcome'
            when market_kind = 'team_total' and outcome_description is null then 'unknown_outcome'
            when market_kind in ('spread', 'total', 'team_total') and point is null then 'no_point'
            when bookmaker_key is null then 'unknown_book'
        end as unmatched_reason,
        -- what its game and outcome are is known all the same where only the book is not
        event_reason is null
        and market_key is not null
        and not is_lay
        and outcome_name is not null
        and (market_kind != 'team_total' or outcome_description is not null)
        and (market_kind not in ('spread', 'total', 'team_total') or point is not null)
            as is_settleable
    from named

)

select * from final
