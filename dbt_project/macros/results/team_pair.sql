{#- two teams as one text, the same whichever of them is called home -#}
{% macro team_pair(home_team, away_team) -%}
    case
        when {{ home_team }} collate "C" <= {{ away_team }} collate "C"
            then {{ home_team }} || ' and ' || {{ away_team }}
        else {{ away_team }} || ' and ' || {{ home_team }}
    end
{%- endmacro %}
