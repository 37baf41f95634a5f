{#-
    Fails for every column with a null, and says how many it has. One pass over the relation: of a view,
    a test for each column would compute it as often.
-#}
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
