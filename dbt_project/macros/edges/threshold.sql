{#-
    The score above which the first outcome wins: a home side giving 3 points wins above a margin of
    3, of the game or of whatever is counted. `markets` is the alias of the seed.
-#}
{% macro threshold(markets, outcome_count, set_point) -%}
    case
        when {{ markets }}.outcome_set = 'mirrored_points' then 0 - {{ set_point }}
        when {{ markets }}.market_kind = 'moneyline' and {{ outcome_count }} = 2
            then cast(0 as double precision)
        else {{ set_point }}
    end
{%- endmacro %}
