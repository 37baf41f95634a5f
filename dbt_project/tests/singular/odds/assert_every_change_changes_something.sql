-- A change differs from the one before it in price, point, staleness, play or withdrawal, and no
-- quote begins with its withdrawal. A row here is a difference between two responses that are no
-- neighbours: the batch was compared with the wrong predecessor.

with

changes as (

    select
        *,
        row_number() over quote_history as change_number,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(american_price) over quote_history as previous_american_price,
        lag(point) over quote_history as previous_point,
        lag(is_withdrawn) over quote_history as was_withdrawn,
        lag(is_stale) over quote_history as was_stale,
        lag(is_in_play) over quote_history as was_in_play
    from {{ ref('fct_odds_changes') }}
    window quote_history as (
        partition by {{ quote_key() }}
        order by valid_from, response_id collate "C"
    )

),

final as (

    select * from changes
    where
        (change_number = 1 and is_withdrawn)
        or (
            change_number > 1
            and decimal_price is not distinct from previous_decimal_price
            and american_price is not distinct from previous_american_price
            and point is not distinct from previous_point
            and is_withdrawn = was_withdrawn
            and is_stale = was_stale
            and is_in_play = was_in_play
        )
        or (is_withdrawn and was_withdrawn)

)

select * from final
