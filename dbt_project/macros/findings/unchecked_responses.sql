{#-
    A condition for the ledger `int_modelled_responses` (under the name given): responses the quality
    rules have not looked at. Their own ledger is read by name, since it stands downstream; a day of
    slack in the load ids, as in batch_plan.
-#}
{% macro unchecked_responses(modelled) -%}
    {%- set checked = none -%}
    {%- if earlier('int_findings_by_event') and not looks_back() -%}
        {%- set checked = earlier('int_responses_checked') -%}
    {%- endif -%}
    {%- set newest_load = newest(checked, 'load_id') -%}
    {%- if newest_load -%}
        {%- set floor = '%.6f' | format((newest_load | float) - 86400) -%}
        {{ modelled }}.load_id > '{{ floor }}'
        and {{ modelled }}.response_id not in (
            select checked.response_id from {{ checked }} as checked
            where checked.load_id > '{{ floor }}'
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
