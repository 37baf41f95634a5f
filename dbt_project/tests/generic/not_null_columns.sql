{#- of a view, which one test for each column would compute as often -#}
{% test not_null_columns(model, columns) %}

{{ config(fail_calc='coalesce(sum(missing), 0)') }}

with counted as (
    select
        {%- for column in columns %}
        count(*) - count({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
)

select
    each_column.column_name,
    each_column.missing
from counted
cross join lateral (
    values
    {%- for column in columns %}
    ('{{ column }}', counted.{{ column }}){{ ',' if not loop.last }}
    {%- endfor %}
) as each_column (column_name, missing)
where each_column.missing > 0

{% endtest %}
