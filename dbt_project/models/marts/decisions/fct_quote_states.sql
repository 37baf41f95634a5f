with

changes as (

    select * from {{ known('int_quote_changes') }}

),

final as (

    select
        {{ quote_key() }},
        point,
        american_price,
        decimal_price,
        valid_from,
        known_at,
        market_updated_at,
        is_withdrawn,
        is_stale,
        is_in_play,
        request_kind,
        {{ base_market('market_key') }} as base_market_key,
        response_id
    from changes

)

select * from final
