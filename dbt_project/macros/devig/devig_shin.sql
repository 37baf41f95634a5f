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
