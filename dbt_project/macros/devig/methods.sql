{#- the methods that price a set by themselves; `worst_case` is the least of them -#}
{% macro devig_methods() -%}
    {{ return(['multiplicative', 'additive', 'power', 'odds_ratio', 'shin']) }}
{%- endmacro %}

{#- every outcome bears the margin in proportion to its implied probability -#}
{% macro devig_multiplicative(outcome) -%}
    implied_{{ outcome }} / implied_sum
{%- endmacro %}

{#-
    Every outcome bears the same part of the margin; the same as a margin in proportion to the odds
    (Buchdahl).
-#}
{% macro devig_additive(outcome) -%}
    implied_{{ outcome }} - {{ overround('implied_sum') }}
    / case when implied_3 is null then 2 else cast(3 as double precision) end
{%- endmacro %}

{#- implied ^ exponent; Postgres raises an error where `exp` comes out too small for a double -#}
{% macro devig_power(outcome) -%}
    case
        when power_exponent * log_implied_{{ outcome }} < -700 then 0
        else exp(power_exponent * log_implied_{{ outcome }})
    end
{%- endmacro %}

{#-
    Newton's next exponent, on the logarithm of the sum of the powers: a convex function, nearly a
    straight line at both ends, so that no margin throws the search off.
-#}
{% macro devig_power_step() -%}
    {%- set power_sum = '(power_1 + power_2 + coalesce(power_3, 0))' -%}
    power_exponent - ln({{ power_sum }}) * {{ power_sum }} / (
        power_1 * log_implied_1
        + power_2 * log_implied_2
        + coalesce(power_3 * log_implied_3, 0)
    )
{%- endmacro %}

{#-
    All fractional odds times one factor (Cheung 2015), the column `odds_ratio`; the same as the
    logarithmic method.
-#}
{% macro devig_odds_ratio(outcome) -%}
    implied_{{ outcome }} / (implied_{{ outcome }} + odds_ratio * (1 - implied_{{ outcome }}))
{%- endmacro %}

{#-
    Newton's next odds ratio c. With o = q / (1 - q), the fair o / (c + o) sum to 1 where
    c^3 = (o1 o2 + o1 o3 + o2 o3) c + 2 o1 o2 o3; with two outcomes o3 is 0 and c is its own root.
-#}
{% macro devig_odds_ratio_step() -%}
    2 * (odds_ratio * odds_ratio * odds_ratio + odds_product)
    / (3 * odds_ratio * odds_ratio - odds_pairs)
{%- endmacro %}

{#-
    Shin's (root - z) / (2 (1 - z)), multiplied out so that it holds up to z = 1, with the share of
    insiders z. Of two outcomes the prices are exactly the additive ones, whatever the margin.
-#}
{% macro devig_shin(outcome) -%}
    {%- set implied_square = 'implied_' ~ outcome ~ ' * implied_' ~ outcome ~ ' / implied_sum' -%}
    case
        when implied_3 is null then {{ devig_additive(outcome) }}
        else 2 * {{ implied_square }} / (
            insider_share
            + sqrt(insider_share * insider_share + 4 * (1 - insider_share) * {{ implied_square }})
        )
    end
{%- endmacro %}

{#- Newton's next share of insiders, on the sum of the fair prices; two outcomes need none -#}
{% macro devig_shin_step() -%}
    case
        when implied_3 is not null then insider_share + (shin_1 + shin_2 + shin_3 - 1) / (
            {%- for price in ['shin_1', 'shin_2', 'shin_3'] %}
            {{ '+ ' if not loop.first -}}
            {{ price }} * (1 - {{ price }})
            / (2 * (1 - insider_share) * {{ price }} + insider_share)
            {%- endfor %}
        )
    end
{%- endmacro %}
