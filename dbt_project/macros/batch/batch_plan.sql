{#-
    What this run has to model, found before its SQL is written, because DuckDB prunes by literals
    only. Returns
    `ledger`  the relation of what earlier runs modelled, none on a first run or a full refresh,
    `floor`   the load id below which everything is modelled (a day of slack for a clock set back, more
              where something older was set aside and is released),
    `sports`  per sport with new responses, the slice of the ledger around them: `since`, `until`,
              and `rebuild_since` where requests of several lanes overlap: since then, whole events
              are modelled again, because who last showed a quote decides who may withdraw it.
-#}
{% macro batch_plan() -%}
    {%- set ledger = earlier('int_modelled_responses') -%}
    {%- if not ledger -%}
        {{ return({'ledger': none, 'floor': '', 'sports': []}) }}
    {%- endif -%}
    {%- set known = (found(
        'select max(load_id), (select count(*) from ops.quarantined_responses where released_at is not null)'
        ~ ' from ' ~ ledger
    ) or [[none, 0]])[0] -%}
    {%- set released = found(released_and_unmodelled(ledger))[0][0] if known[1] -%}
    {%- if var('batch_again') -%}
        {%- set again = "(select * from " ~ ledger ~ " where response_id != '" ~ var('batch_again') ~ "')" -%}
    {%- endif -%}
    {%- set floors = [(known[0] or 0) | float - 86400, (released or known[0] or 0) | float - 1] -%}
    {%- set floor = '%.6f' | format(floors | min) if known[0] and not again else '' -%}
    {%- set plan = {'ledger': again or ledger, 'floor': floor, 'sports': []} -%}
    {%- for row in found(ledger_slices(plan)) -%}
        {%- do plan.sports.append({
            'sport_key': row['sport_key'],
            'since': row['since'],
            'until': row['until'],
            'rebuild_since': row['rebuild_since'] if row['is_contested'] else none,
        }) -%}
    {%- endfor -%}
    {{ return(plan) }}
{%- endmacro %}

{#- the load id of the oldest response that was set aside, is released, and not modelled yet -#}
{% macro released_and_unmodelled(ledger) -%}
    select min(load_id) from {{ ref('int_responses_scoped') }}
    where response_id in (
        select released.response_id from ops.quarantined_responses as released
        where
            released.released_at is not null
            and not exists (
                select 1 from {{ ledger }} as modelled
                where modelled.response_id = released.response_id
            )
    )
{%- endmacro %}
