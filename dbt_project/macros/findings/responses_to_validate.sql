{#-
    A condition for the ledger `int_processed_responses` (under the name given): responses the quality
    rules have not looked at. Their own ledger is read by name, since it stands downstream; a day of
    slack in the load ids, as in batch_plan.
-#}
{% macro responses_to_validate(processed) -%}
    {%- set validated = none -%}
    {%- if previous_build('int_events_validated') and not looks_back() -%}
        {%- set validated = previous_build('int_responses_validated') -%}
    {%- endif -%}
    {%- set newest_load = max_of(validated, 'load_id') -%}
    {%- if newest_load -%}
        {%- set floor = '%.6f' | format((newest_load | float) - 86400) -%}
        {{ processed }}.load_id > '{{ floor }}'
        and {{ processed }}.response_id not in (
            select validated.response_id from {{ validated }} as validated
            where validated.load_id > '{{ floor }}'
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#-
    Whether an event shows in a response the quality rules have not looked at. The ids are literals,
    which both engines push below the windows of a view; where there are very many, all events are
    looked at again, which ends in the same rows.
-#}
{% macro within_events_to_validate(event_id) -%}
    {%- set snapshots = known('int_event_snapshots') -%}
    {%- set processed = known('int_processed_responses') -%}
    {%- set condition = responses_to_validate('processed') if execute else 'true' -%}
    {%- if condition == 'true' -%}
        true
    {%- else -%}
        {%- set wanted -%}
            select distinct snapshots.event_id
            from {{ snapshots }} as snapshots
            inner join {{ processed }} as processed
                on snapshots.response_id = processed.response_id
            where {{ condition }}
            order by 1
        {%- endset -%}
        {%- set ids = found(wanted) | map(attribute=0) | list -%}
        {%- if ids | length > 5000 -%}
            true
        {%- elif ids | length == 0 -%}
            false
        {%- else -%}
            {{ event_id }} in (
                {%- for id in ids -%}
                    '{{ id | replace("'", "''") }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
