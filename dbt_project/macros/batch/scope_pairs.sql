{#- CTEs ending in `scope_pairs`: the scopes of new responses with all that share a market with them -#}
{% macro scope_pairs(arrivals, modelled) -%}
scope_markets as (

    select distinct
        scope_id,
        sport_key,
        scope_event_id,
        unnest(string_to_array(markets, ',')) as market_key
    from (
        select scope_id, sport_key, scope_event_id, markets from {{ arrivals }}
        where is_quoting
        union
        select scope_id, sport_key, scope_event_id, markets from {{ modelled }}
    ) as scopes

),

scope_pairs as (

    select distinct
        asking.scope_id,
        answering.scope_id as other_scope_id
    from scope_markets as asking
    inner join scope_markets as answering
        on
            asking.sport_key = answering.sport_key
            and asking.market_key = answering.market_key
            and (
                asking.scope_event_id is null
                or answering.scope_event_id is null
                or asking.scope_event_id = answering.scope_event_id
            )

)
{%- endmacro %}
