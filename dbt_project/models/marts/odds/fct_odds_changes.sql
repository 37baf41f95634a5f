with

changes as (

    -- a quote that only another kind of request showed again has not changed
    select * from {{ known('int_quote_changes') }}
    where not is_reshown

),

final as (

    select
        {{ quote_key() }},
        point,
        american_price,
        decimal_price,
        valid_from,
        lead(valid_from) over (
            partition by {{ quote_key() }}
            order by valid_from, response_id collate "C"
        ) as valid_to,
        previous_seen_at,
        known_at,
        market_updated_at,
        is_withdrawn,
        is_stale,
        is_in_play,
        is_aged_out,
        response_id
    from changes

)

select * from final
