with

markets as (

    select * from {{ ref('markets') }}

),

turned_up as (

    select market_key from {{ known('int_quote_changes') }}
    group by market_key

),

final as (

    select
        coalesce(markets.market_key, turned_up.market_key) as market_key,
        coalesce(markets.title, turned_up.market_key) as title,
        markets.market_kind,
        markets.period,
        markets.is_featured,
        markets.is_lay,
        markets.base_market_key,
        markets.has_many_lines,
        markets.outcome_set,
        markets.market_key is not null as is_known
    from markets
    full outer join turned_up
        on markets.market_key = turned_up.market_key

)

select * from final
