-- The best price is not beaten, after commission, by any quote that stands now at the same point. A
-- row here is a bet taken at the second-best price.

with

standing as (

    select
        changes.*,
        {{ net_decimal_price('changes.decimal_price', 'coalesce(bookmakers.commission_rate, 0)') }}
            as net_decimal_price
    from {{ ref('fct_odds_changes') }} as changes
    inner join {{ ref('dim_bookmakers') }} as bookmakers
        on changes.bookmaker_key = bookmakers.bookmaker_key
    where
        changes.valid_to is null
        and not changes.is_withdrawn
        and not changes.is_stale
        and not changes.is_in_play
        and coalesce(bookmakers.kind, 'unknown') != 'dfs'
        and {{ is_my_book('changes.bookmaker_key') }}
        and {{ is_trusted('changes') }}

)

select
    best_prices.event_id,
    best_prices.market_key,
    best_prices.outcome_name,
    best_prices.bookmaker_key,
    best_prices.net_decimal_price,
    standing.bookmaker_key as better_bookmaker_key,
    standing.net_decimal_price as better_net_decimal_price
from {{ ref('fct_best_prices') }} as best_prices
cross join {{ ref('stg_run__clock') }} as clock
inner join standing
    on
        best_prices.event_id = standing.event_id
        and best_prices.market_key = standing.market_key
        and best_prices.outcome_name = standing.outcome_name
        and best_prices.outcome_description is not distinct from standing.outcome_description
        and best_prices.point is not distinct from standing.point
        and clock.as_of >= standing.valid_from
        and best_prices.net_decimal_price < standing.net_decimal_price
