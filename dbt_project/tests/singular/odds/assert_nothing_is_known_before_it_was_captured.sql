-- Nobody can use a price before the API served it. A row here would let an "as ingested" backtest
-- see further than an "as published" one.

with

update_times as (

    select
        event_id,
        response_id,
        valid_from as captured_at,
        known_at
    from {{ ref('fct_odds_changes') }}
    union all
    select
        event_id,
        response_id,
        captured_at,
        known_at
    from {{ ref('fct_opening_lines') }}
    union all
    select
        event_id,
        response_id,
        captured_at,
        known_at
    from {{ ref('fct_closing_lines') }}

)

select * from update_times
where known_at < captured_at
