{#- whether a game is known to have been shortened, and its bets on a kind of market are void then -#}
{% macro is_void_as_shortened(games, rules, market_kind) -%}
    coalesce(
        {{ games }}.is_shortened
        and '|' || {{ rules }}.void_if_shortened || '|' like '%|' || {{ market_kind }} || '|%',
        false
    )
{%- endmacro %}
