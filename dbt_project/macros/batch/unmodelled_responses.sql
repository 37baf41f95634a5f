{% macro unmodelled_responses(plan) -%}
    select * from {{ ref('int_responses_scoped') }}
    {%- if plan.ledger %}
    where
        load_id > '{{ plan.floor }}'
        and response_id not in (
            select modelled.response_id from {{ plan.ledger }} as modelled
            where modelled.load_id > '{{ plan.floor }}'
        )
    {%- endif %}
{%- endmacro %}
