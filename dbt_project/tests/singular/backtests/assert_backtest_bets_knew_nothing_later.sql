-- A bet is decided on by what could be known then: a price that stood, was seen in its response and
-- again by then, and, by the clock `ingested`, had been ingested; before the start as announced. A
-- row here saw the future, or a price that no modelled response shows.

with

bets as (

    select * from {{ ref('fct_backtest_bets') }}

),

runs as (

    select * from {{ ref('fct_backtest_runs') }}

),

responses as (

    select * from {{ ref('int_processed_responses') }}

),

final as (

    select
        bets.run_id,
        bets.bet_id,
        bets.valid_from,
        bets.captured_at,
        bets.decided_at,
        bets.commence_time,
        responses.captured_at as response_captured_at,
        responses.known_at as response_known_at
    from bets
    inner join runs
        on bets.run_id = runs.run_id
    left join responses
        on bets.response_id = responses.response_id
    where
        bets.valid_from > bets.captured_at
        or bets.captured_at > bets.decided_at
        or bets.decided_at >= bets.commence_time
        or responses.captured_at is null
        or responses.captured_at > bets.decided_at
        or (runs.clock = 'ingested' and responses.known_at > bets.decided_at)

)

select * from final
