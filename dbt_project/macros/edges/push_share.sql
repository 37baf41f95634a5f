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
