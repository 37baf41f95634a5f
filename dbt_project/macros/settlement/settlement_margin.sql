{#-
    By how much an outcome won (negative: lost) with its own point counted in. The bet is a push at
    0, and half of it is between -0.5 and 0.5, which only quarter lines can reach. `side_no` is 1 for
    the home side, Over or Yes, 2 for the other side, 3 for the draw, and of a double chance as
    `double_chance_side` has it; `team` 1 or 2 for whose points a team total counts. Null where the
    score does not settle the market.
-#}
{% macro settlement_margin(
    market_kind, side_no, outcome_count, point, home_score, away_score, team='cast(null as integer)'
) -%}
    {%- set home_margin = '(' ~ home_score ~ ' - ' ~ away_score ~ ')' -%}
    {%- set counted -%}
        case
            when {{ market_kind }} = 'total' then {{ home_score }} + {{ away_score }}
            when {{ market_kind }} = 'team_total' and {{ team }} = 1 then {{ home_score }}
            when {{ market_kind }} = 'team_total' and {{ team }} = 2 then {{ away_score }}
        end
    {%- endset -%}
    case
        when {{ home_score }} is null or {{ away_score }} is null then null
        when {{ market_kind }} = 'moneyline' and {{ side_no }} = 3
            then case when {{ home_margin }} = 0 then 1 else -1 end
        -- at a level score two sides are a push, with a draw beside them both have lost
        when
            {{ market_kind }} = 'moneyline'
            and {{ side_no }} in (1, 2)
            and {{ home_margin }} = 0
            and coalesce({{ outcome_count }}, 0) != 2
            then case when {{ outcome_count }} = 3 then -1 end
        when {{ market_kind }} in ('moneyline', 'draw_no_bet') and {{ side_no }} = 1
            then {{ home_margin }}
        when {{ market_kind }} in ('moneyline', 'draw_no_bet') and {{ side_no }} = 2
            then 0 - {{ home_margin }}
        when {{ market_kind }} = 'double_chance' and {{ side_no }} = 1
            then case when {{ home_margin }} >= 0 then 1 else -1 end
        when {{ market_kind }} = 'double_chance' and {{ side_no }} = 2
            then case when {{ home_margin }} <= 0 then 1 else -1 end
        when {{ market_kind }} = 'double_chance' and {{ side_no }} = 3
            then case when {{ home_margin }} != 0 then 1 else -1 end
        when {{ market_kind }} = 'both_score' and {{ side_no }} in (1, 2)
            then
                case
                    when ({{ home_score }} > 0 and {{ away_score }} > 0) = ({{ side_no }} = 1) then 1
                    else -1
                end
        when {{ market_kind }} = 'spread' and {{ side_no }} = 1 then {{ home_margin }} + {{ point }}
        when {{ market_kind }} = 'spread' and {{ side_no }} = 2 then {{ point }} - {{ home_margin }}
        when {{ side_no }} = 1 then {{ counted }} - {{ point }}
        when {{ side_no }} = 2 then {{ point }} - {{ counted }}
    end
{%- endmacro %}

{#-
    What a double chance stands on: 1 not the away side, 2 not the home side, 3 no draw. Its outcomes
    name two of the home side, the away side and the draw, in either order, the sides by their names
    or as `Home` and `Away`. Null for any other text.
-#}
{% macro double_chance_side(outcome_name, home_team, away_team) -%}
    {%- set home = ['lower(' ~ home_team ~ ')', "'home'"] -%}
    {%- set away = ['lower(' ~ away_team ~ ')', "'away'"] -%}
    {%- set draw = ["'draw'"] -%}
    case
        when lower({{ outcome_name }}) in ('1x', {{ _either_way(home, draw) }}) then 1
        when lower({{ outcome_name }}) in ('x2', {{ _either_way(away, draw) }}) then 2
        when lower({{ outcome_name }}) in ('12', {{ _either_way(home, away) }}) then 3
    end
{%- endmacro %}

{#- two outcomes as one name, in either order -#}
{% macro _either_way(these, those) -%}
    {%- set names = [] -%}
    {%- for one in these -%}
        {%- for other in those -%}
            {%- for separator in [' or ', '/', ' / ', ' & '] -%}
                {%- do names.append(one ~ " || '" ~ separator ~ "' || " ~ other) -%}
                {%- do names.append(other ~ " || '" ~ separator ~ "' || " ~ one) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ names | join(', ') }}
{%- endmacro %}

{#- what becomes of a bet whose outcome won by that margin, its point counted in -#}
{% macro settled_outcome(margin) -%}
    case
        when {{ margin }} >= 0.5 then 'win'
        when {{ margin }} > 0 then 'half_win'
        when {{ margin }} = 0 then 'push'
        when {{ margin }} > -0.5 then 'half_loss'
        when {{ margin }} <= -0.5 then 'loss'
    end
{%- endmacro %}
