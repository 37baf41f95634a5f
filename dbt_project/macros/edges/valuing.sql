{#-
    The offers of these moments go through the models that value what stands now, in the transaction of
    the model that keeps what comes of it: who reads the board meanwhile sees nothing of them.
-#}
{% macro begin_valuing() -%}
    insert into {{ ref('int_moments_to_value') }} (event_id, moment)
    select
        event_id,
        moment
    from {{ ref('int_decision_moments') }};
    {{ gathered_statistics(ref('int_moments_to_value')) }}
{%- endmacro %}

{#- leaves the models to what stands now -#}
{% macro end_valuing() -%}
    delete from {{ ref('int_moments_to_value') }}
{%- endmacro %}
