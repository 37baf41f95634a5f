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
