{#-
    The outcome sets of quotes that stood at one moment: `quotes` has the columns of a quote, its
    `captured_at`, and the `moment` it was taken for, at `moment_at`.
-#}
{% macro outcome_sets_of(quotes) -%}
    select
        *,
        {{ complete_implied(1) }} as implied_1,
        {{ complete_implied(2) }} as implied_2,
        {{ complete_implied(3) }} as implied_3
    from (
        select
            event_id,
            bookmaker_key,
            market_key,
            outcome_description,
            set_point,
            outcome_count,
            is_mirrored,
            moment,
            moment_at,
            min(captured_at) as captured_at,
            max(case when side_no = 1 then outcome_name end) as name_1,
            max(case when side_no = 2 then outcome_name end) as name_2,
            max(case when side_no = 3 then outcome_name end) as name_3,
            max(case when side_no = 1 then point end) as point_1,
            max(case when side_no = 2 then point end) as point_2,
            max(case when side_no = 1 then decimal_price end) as decimal_1,
            max(case when side_no = 2 then decimal_price end) as decimal_2,
            max(case when side_no = 3 then decimal_price end) as decimal_3
        from ({{ quotes_with_sides(quotes) }}) as sided
        where side_no is not null
        group by
            event_id,
            bookmaker_key,
            market_key,
            outcome_description,
            set_point,
            outcome_count,
            is_mirrored,
            moment,
            moment_at
    ) as sets
{%- endmacro %}

{#-
    Quotes with their place in an outcome set: `side_no` 1 the home side, Over or Yes, 2 the other side,
    3 the draw; `set_point` the point as the home side has it; `outcome_count` how many outcomes make
    the set complete, null where nobody can say (fields, one-sided props, sports not in the seed).
-#}
{% macro quotes_with_sides(quotes) -%}
    select
        quotes.*,
        case
            when quotes.outcome_name in (events.home_team, 'Over', 'Yes', 'Odd') then 1
            when quotes.outcome_name in (events.away_team, 'Under', 'No', 'Even') then 2
            when quotes.outcome_name = 'Draw' then 3
        end as side_no,
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

{#- the implied probability of a side of an outcome set, null unless the set is complete -#}
{% macro complete_implied(side_no) -%}
    case
        when
            decimal_1 > 1
            and decimal_2 > 1
            and case outcome_count when 2 then decimal_3 is null when 3 then decimal_3 > 1 else false end
            and coalesce(
                point_1 = case when is_mirrored then 0 - point_2 else point_2 end,
                point_1 is null and point_2 is null
            )
            then {{ implied_probability('decimal_' ~ side_no) }}
    end
{%- endmacro %}

{#- an outcome set: what it is of, and per outcome (1 home, Over or Yes; 2 the other side; 3 the draw) its name, point and price -#}
{% macro set_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}bookmaker_key,
    {{ prefix }}market_key,
    {{ prefix }}outcome_description,
    {{ prefix }}set_point,
    {{ prefix }}outcome_count,
    {{ prefix }}name_1,
    {{ prefix }}name_2,
    {{ prefix }}name_3,
    {{ prefix }}point_1,
    {{ prefix }}point_2,
    {{ prefix }}decimal_1,
    {{ prefix }}decimal_2,
    {{ prefix }}decimal_3,
    {{ prefix }}implied_1,
    {{ prefix }}implied_2,
    {{ prefix }}implied_3
{%- endmacro %}
