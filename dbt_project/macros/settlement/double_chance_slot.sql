{#-
    What a double chance stands on: 1 not the away side, 2 not the home side, 3 no draw. Its outcomes
    name two of the home side, the away side and the draw, in either order, the sides by their names
    or as `Home` and `Away`. Null for any other text.
-#}
{% macro double_chance_slot(outcome_name, home_team, away_team) -%}
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
