{#-
    A warehouse of an earlier version lacks columns and tables until its next landing, and dbt may come
    first. What is made here is what a landing would make.
-#}
{% macro complete_raw_tables() -%}
    {%- set added = {
        'api_responses': {
            'bad_headers': 'text', 'readable_payload': 'text', 'reading_notes': 'text',
            'games_read': 'text',
        },
        'result_rows': {
            'home_score_regulation': 'text', 'away_score_regulation': 'text', 'is_shortened': 'text',
        },
        'backtest_runs': {'strategy_hash': 'text', 'sharpe_per_day': 'double precision'},
        'backtest_trials': {'paper_daily_profits': 'text'},
    } -%}
    {%- for table, columns in added.items() -%}
        {%- set relation = adapter.get_relation(
            database=target.database, schema='raw', identifier=table
        ) -%}
        {%- set held = [] -%}
        {%- if relation -%}
            {%- set held = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- endif -%}
        {%- for column, type in columns.items() -%}
            {%- if relation and column not in held %}
        alter table {{ relation }} add column {{ column }} {{ type }};
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set trials = adapter.get_relation(
        database=target.database, schema='raw', identifier='backtest_trials'
    ) -%}
    {%- if not trials %}
        create table if not exists raw.backtest_trials (
            run_id text,
            strategy text,
            config_hash text,
            strategy_hash text,
            data_hash text,
            p_value double precision,
            sharpe_per_day double precision,
            daily_profits text,
            paper_daily_profits text,
            started_at timestamp with time zone,
            landed_at timestamp with time zone,
            _dlt_load_id text not null
        );
    {%- endif -%}
{%- endmacro %}
