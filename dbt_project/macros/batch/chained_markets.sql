{#-
    CTEs ending in `chained`: each market a response asked for, in every chain it stands in. A chain is
    who can speak about a market: sport calls about every event, event calls about their own.
-#}
{% macro chained_markets(markets_asked) -%}
chains as (

    select distinct
        sport_key,
        market_key,
        coalesce(scope_event_id, '') as chain_event_id
    from {{ markets_asked }}
    where sport_key != 'upcoming'

),

chained as (

    select
        chains.chain_event_id,
        chains.sport_key as chain_sport_key,
        {{ markets_asked }}.*
    from chains
    inner join {{ markets_asked }}
        on
            chains.market_key = {{ markets_asked }}.market_key
            and {{ markets_asked }}.sport_key in (chains.sport_key, 'upcoming')
            and coalesce({{ markets_asked }}.scope_event_id, '') in ('', chains.chain_event_id)

)
{%- endmacro %}
