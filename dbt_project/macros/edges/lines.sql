{#- the market a line belongs to, whether a book lists one of its lines or many -#}
{% macro line_market(market_key) -%}
    replace(replace({{ market_key }}, 'alternate_', ''), '_alternate', '')
{%- endmacro %}

{#- whether two offers are of one line of one market, of one player or of the game -#}
{% macro same_line(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.line_market_key = {{ right }}.line_market_key
    and {{ left }}.outcome_count = {{ right }}.outcome_count
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.threshold is not distinct from {{ right }}.threshold
{%- endmacro %}

{#- which final score settles a market: the margin, the total, or (props, halves, moneylines) none -#}
{% macro score_kind(market_kind, period) -%}
    case
        when {{ market_kind }} = 'spread' and {{ period }} = 'game' then 'margin'
        when {{ market_kind }} = 'total' and {{ period }} = 'game' then 'total'
    end
{%- endmacro %}

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

{#-
    Which share of the stakes comes back when the score lands on the line: all of it at a whole
    number, half at a quarter, nothing between. Without points only what can end level pushes.
-#}
{% macro push_share(threshold, market_key, can_tie) -%}
    case
        when {{ market_key }} like 'draw\_no\_bet%' escape '\' then 1
        when {{ threshold }} is null then 0
        when {{ threshold }} = 0 and not {{ can_tie }} then 0
        when {{ threshold }} = floor({{ threshold }}) then 1
        when 2 * {{ threshold }} = floor(2 * {{ threshold }}) then 0
        else cast(0.5 as double precision)
    end
{%- endmacro %}
