{#-
    The score of a side (`home` or `away`) that decides a market: the final one or the one after
    regulation time, as its rule (of `settlement_rules_of`) says. Null where it is not known, where no
    score decides the market, and where its bets are void in a game that was shortened.
-#}
{% macro settling_score(side, games, rules, market_kind) -%}
    case
        when not {{ rules }}.score_settles then null
        when {{ is_void_as_shortened(games, rules, market_kind) }} then null
        when {{ rules }}.includes_overtime then {{ games }}.{{ side }}_score
        else {{ games }}.{{ side }}_score_regulation
    end
{%- endmacro %}

{#- whether a game is known to have been shortened, and its bets on a kind of market are void then -#}
{% macro is_void_as_shortened(games, rules, market_kind) -%}
    coalesce(
        {{ games }}.is_shortened
        and '|' || {{ rules }}.void_if_shortened || '|' like '%|' || {{ market_kind }} || '|%',
        false
    )
{%- endmacro %}
