{#-
    What a unit staked comes back as, stake included: half of a quarter line is a bet of its own. Null
    while it is pending.
-#}
{% macro payout_factor(outcome, decimal_price) -%}
    case {{ outcome }}
        when 'win' then {{ decimal_price }}
        when 'half_win' then (1 + {{ decimal_price }}) / 2
        when 'push' then 1
        when 'void' then 1
        when 'half_loss' then cast(0.5 as double precision)
        when 'loss' then 0
    end
{%- endmacro %}

{#- the product of a column that is never negative over a group, to nine digits; null where one is -#}
{% macro product_of(column) -%}
    case
        when count({{ column }}) < count(*) then null
        when min({{ column }}) = 0 then 0
        else cast({{ nine_digits('exp(sum(ln(nullif(' ~ column ~ ', 0))))') }} as double precision)
    end
{%- endmacro %}

{#- profit of a bet that comes back as so many stakes; the stake of a free bet is nobody's -#}
{% macro bet_profit(factor) -%}
    case
        when is_free_bet then stake * greatest({{ factor }} - 1, 0 * {{ factor }})
        else stake * ({{ factor }} - 1)
    end
{%- endmacro %}
