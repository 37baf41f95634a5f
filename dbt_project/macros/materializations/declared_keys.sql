{#-
    The columns of a table with a contract. Keys are declared for who reads the contract, and tested; no
    engine enforces them: an index for each would cost every build, and a key between two tables would
    forbid to make either anew.
-#}
{% macro default__get_table_columns_and_constraints() -%}
    (
        {%- for column in model.columns.values() %}
        {{ adapter.quote(column.name) if column.quote else column.name }} {{ column.data_type }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
