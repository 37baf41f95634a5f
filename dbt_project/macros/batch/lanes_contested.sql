{#- CTEs ending in `contested`: the sports where requests of several lanes ask for one market -#}
{% macro lanes_contested(arrivals, alive, ledger) -%}
lanes as (

    select sport_key, lane, markets from {{ arrivals }}
    union
    select ledger.sport_key, ledger.lane, ledger.markets
    from {{ ledger }} as ledger
    inner join {{ alive }} as alive
        on ledger.sport_key = alive.sport_key and ledger.captured_at >= alive.since_at
    where ledger.is_quoting

),

lanes_by_market as (

    select sport_key, lane, unnest(string_to_array(markets, ',')) as market_key from lanes

),

contested as (

    select distinct sport_key from (
        select sport_key, market_key
        from lanes_by_market
        group by sport_key, market_key
        having count(distinct lane) > 1
    ) as shared_markets

)
{%- endmacro %}
