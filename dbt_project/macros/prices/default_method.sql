{#-
    The method of de-vigging a kind of market is judged by: power takes more of the margin off
    longshots, which matters for moneylines; near even money all methods agree.
-#}
{% macro default_method(market_kind) -%}
    case when {{ market_kind }} = 'moneyline' then 'power' else 'multiplicative' end
{%- endmacro %}
