-- The score a bet was settled by settles it as the macros do. A row here was paid for another
-- outcome than the one it was on. Void bets have no say; a score settles no market of a part of a
-- game.

with

bets as (

    select * from {{ ref('fct_backtest_bets') }}
    where settlement is not null and settlement != 'void'

),

markets as (

    select * from {{ ref('markets') }}

),

sports as (

    select * from {{ ref('sports') }}

),

-- as `quotes_with_sides` has it
sided as (

    select
        bets.*,
        markets.period,
        case
            when bets.market_kind = 'double_chance'
                then {{ double_chance_side(
                    'bets.outcome_name', 'bets.home_team', 'bets.away_team'
                ) }}
            when bets.outcome_name in (bets.home_team, 'Over', 'Yes') then 1
            when bets.outcome_name in (bets.away_team, 'Under', 'No') then 2
            when bets.outcome_name = 'Draw' then 3
        end as side_no,
        case bets.outcome_description
            when bets.home_team then 1
            when bets.away_team then 2
        end as team,
        case
            when markets.market_kind = 'moneyline' and markets.outcome_set = 'two_way'
                then sports.h2h_outcome_count
            when markets.outcome_set = 'three_way' then 3
            else 2
        end as outcome_count
    from bets
    left join markets
        on bets.market_key = markets.market_key
    left join sports
        on bets.sport_key = sports.sport_key

),

measured as (

    select
        *,
        {{ settlement_margin(
            'market_kind', 'side_no', 'outcome_count', 'point', 'home_score', 'away_score', 'team'
        ) }} as margin
    from sided

),

final as (

    select
        run_id,
        bet_id,
        outcome_name,
        point,
        home_score,
        away_score,
        settlement,
        {{ settled_outcome('margin') }} as settlement_by_score
    from measured
    where
        period is distinct from 'game'
        or {{ settled_outcome('margin') }} is distinct from settlement

)

select * from final
