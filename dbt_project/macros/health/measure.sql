{#- one measure of the pipeline's health; what cannot be told is unknown, not well -#}
{% macro measure(name, value, unit, explanation, warning='false', error='false') -%}
    '{{ name }}' as measure,
    cast({{ value }} as double precision) as value,
    '{{ unit }}' as unit,
    case
        when {{ value }} is null then 'unknown'
        when {{ error }} then 'error'
        when {{ warning }} then 'warning'
        else 'ok'
    end as status,
    '{{ explanation }}' as explanation
{%- endmacro %}
