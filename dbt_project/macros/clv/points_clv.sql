{#-
    How many points better the point of a bet is than another one, for its own outcome: of Over and
    its like the lower is the better, of all others the higher. Null without points.
-#}
{% macro points_clv(outcome_name, bet_point, close_point) -%}
    case
        when {{ outcome_name }} = 'Over' then {{ close_point }} - {{ bet_point }}
        else {{ bet_point }} - {{ close_point }}
    end
{%- endmacro %}
