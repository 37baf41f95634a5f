{#- ln(p / (1 - p)) -#}
{% macro logit(probability) -%}
    ln({{ probability }} / (1 - {{ probability }}))
{%- endmacro %}

{#- the probability of a logit -#}
{% macro logistic(log_odds) -%}
    1 / (1 + exp(-({{ log_odds }})))
{%- endmacro %}
