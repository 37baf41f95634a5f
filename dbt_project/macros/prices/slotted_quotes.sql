{#-
    Quotes with their place in an outcome set: `slot` 1 the home side, Over or Yes, 2 the other side,
    3 the draw; `set_point` the point as the home side has it; `outcome_count` how many outcomes make
    the set complete, null where nobody can say (fields, one-sided props, sports not in the seed).
-#}
{% macro slotted_quotes(quotes) -%}
    select
        quotes.*,
        case
            when quotes.outcome_name in (events.home_team, 'Over', 'Yes', 'Odd') then 1
            when quotes.outcome_name in (events.away_team, 'Under', 'No', 'Even') then 2
            when quotes.outcome_name = 'Draw' then 3
        end as slot,
        markets.outcome_set = 'mirrored_points' as is_mirrored,
        case
            when markets.outcome_set = 'mirrored_points' and quotes.outcome_name = events.away_team
                then 0 - quotes.point
            else quotes.point
        end as set_point,
        case
            when markets.market_kind = 'moneyline' and markets.outcome_set = 'two_way'
                then sports.h2h_outcome_count
            when markets.outcome_set = 'three_way' then 3
            when markets.outcome_set in ('two_way', 'mirrored_points', 'over_under') then 2
        end as outcome_count
    from {{ quotes }} as quotes
    inner join {{ known('int_events') }} as events
        on quotes.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on quotes.market_key = markets.market_key
    left join {{ ref('sports') }} as sports
        on events.sport_key = sports.sport_key
    where not markets.is_lay
{%- endmacro %}
