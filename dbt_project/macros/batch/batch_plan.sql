{#-
    What this run has to model, found before its SQL is written, because DuckDB prunes by literals
    only. Returns
    `ledger`  the relation of what earlier runs modelled, none on a first run or a full refresh,
    `floor`   the load id below which everything is modelled (a day of slack for a clock set back),
    `sports`  per sport with new responses, the slice of the ledger around them: `since`, `until`,
              and `rebuild_since` where requests of several lanes overlap: since then, whole events
              are modelled again, because who last showed a quote decides who may withdraw it.
-#}
{% macro batch_plan() -%}
    {%- set ledger = earlier('int_modelled_responses') -%}
    {%- if not ledger -%}
        {{ return({'ledger': none, 'floor': '', 'sports': []}) }}
    {%- endif -%}
    {%- set newest = run_query('select max(load_id) from ' ~ ledger).columns[0].values()[0] -%}
    {%- set floor = '%.6f' | format((newest | float) - 86400) if newest else '' -%}
    {%- set plan = {'ledger': ledger, 'floor': floor, 'sports': []} -%}
    {%- for row in run_query(ledger_slices(plan)).rows -%}
        {%- do plan.sports.append({
            'sport_key': row['sport_key'],
            'since': row['since'],
            'until': row['until'],
            'rebuild_since': row['rebuild_since'] if row['is_contested'] else none,
        }) -%}
    {%- endfor -%}
    {{ return(plan) }}
{%- endmacro %}
