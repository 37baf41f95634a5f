{#- the standard error of the mean of `count` numbers, from their sum and the sum of their squares -#}
{% macro mean_error(total, squares, count) -%}
    case
        when {{ count }} > 1
            then sqrt(
                greatest({{ squares }} - {{ total }} * {{ total }} / {{ count }}, 0)
                / ({{ count }} - 1) / {{ count }}
            )
    end
{%- endmacro %}
