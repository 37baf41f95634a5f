{#- query: the complete responses that are not processed yet -#}
{% macro unprocessed_responses(plan) -%}
    select * from {{ ref('int_responses_scoped') }}
    {%- set conditions = [] -%}
    {%- if plan.processed -%}
        {%- do conditions.append("load_id > '" ~ plan.floor ~ "'") -%}
        {%- do conditions.append(
            'response_id not in (select processed.response_id from ' ~ plan.processed
            ~ " as processed where processed.load_id > '" ~ plan.floor ~ "')"
        ) -%}
    {%- endif -%}
    {%- if var('batch_window') -%}
        {%- do conditions.append(
            'sequence_key collate "C" between \'' ~ var('batch_window') | join("' and '") ~ "'"
        ) -%}
    {%- endif %}
    {%- if conditions %}
    where
        {{ conditions | join('\n        and ') }}
    {%- endif %}
{%- endmacro %}
