{#- a push gives the stake back: only wins against losses count -#}
{% macro kelly_fraction(win_probability, push_probability, decimal_price) -%}
    {%- set win, push, price = [
        '(' ~ win_probability ~ ')', '(' ~ push_probability ~ ')', '(' ~ decimal_price ~ ')'
    ] -%}
    case
        when {{ win }} >= 0 and {{ push }} >= 0 and {{ push }} < 1 and {{ win }} + {{ push }} <= 1
            and {{ price }} > 1
            then greatest(
                ({{ win }} * {{ price }} + {{ push }} - 1) / (({{ price }} - 1) * (1 - {{ push }})),
                0
            )
    end
{%- endmacro %}
