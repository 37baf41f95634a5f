{#-
    CTEs ending in `nearest` (response_id): for each new response, the nearest modelled response before
    and after it of every scope that shares a market with it. What lies beyond the nearest one of its
    own scope cannot matter: that one has spoken about all the new one speaks about.
-#}
{% macro nearest_in_scope(arrivals, modelled) -%}
{{ scope_pairs(arrivals, modelled) }},

timeline as (

    select
        scope_pairs.scope_id,
        scope_pairs.other_scope_id,
        {{ arrivals }}.sequence_key,
        true as is_arrival
    from {{ arrivals }}
    inner join scope_pairs
        on {{ arrivals }}.scope_id = scope_pairs.scope_id
    union all
    select
        scope_pairs.scope_id,
        scope_pairs.other_scope_id,
        {{ modelled }}.sequence_key,
        false as is_arrival
    from {{ modelled }}
    inner join scope_pairs
        on {{ modelled }}.scope_id = scope_pairs.other_scope_id
    where not {{ modelled }}.is_contested

),

neighbours as (

    select
        *,
        max(case when not is_arrival then sequence_key end) over (
            partition by scope_id, other_scope_id
            order by sequence_key collate "C"
            rows between unbounded preceding and 1 preceding
        ) as key_before,
        min(case when not is_arrival then sequence_key end) over (
            partition by scope_id, other_scope_id
            order by sequence_key collate "C" desc
            rows between unbounded preceding and 1 preceding
        ) as key_after,
        max(case when scope_id = other_scope_id then sequence_key end) over (
            partition by scope_id
            order by sequence_key collate "C"
            groups between unbounded preceding and 1 preceding
        ) as own_scope_before,
        min(case when scope_id = other_scope_id then sequence_key end) over (
            partition by scope_id
            order by sequence_key collate "C" desc
            groups between unbounded preceding and 1 preceding
        ) as own_scope_after
    from timeline

),

nearest as (

    select right(key_before, 64) as response_id from neighbours
    where
        is_arrival
        and key_before is not null
        and (own_scope_before is null or key_before >= own_scope_before)
    union
    select right(key_after, 64) as response_id from neighbours
    where
        is_arrival
        and key_after is not null
        and (own_scope_after is null or key_after <= own_scope_after)

)
{%- endmacro %}

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
