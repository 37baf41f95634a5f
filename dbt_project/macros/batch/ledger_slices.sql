{#- per sport: the times around its new responses, and whether lanes overlap there (see batch_plan) -#}
{% macro ledger_slices(plan) -%}
    with

    unmodelled as (

        {{ unmodelled_responses(plan) }}

    ),

    sports as (

        select distinct sport_key from {{ earlier('int_events') }}

    ),

    -- an `upcoming` call may list events of any sport
    arrivals as (

        select sport_key, scope_id, lane, markets, captured_at from unmodelled
        where is_quoting and sport_key != 'upcoming'
        union all
        select sports.sport_key, scope_id, lane, markets, captured_at
        from unmodelled
        cross join sports
        where is_quoting and unmodelled.sport_key = 'upcoming'

    ),

    {{ scope_edges('arrivals', plan.ledger) }},

    alive as (

        select
            edges.sport_key,
            min(least(events.first_seen_at, edges.nearest_at)) as since_at
        from edges
        inner join {{ earlier('int_events') }} as events
            on
                edges.sport_key = events.sport_key
                -- an event can leave the feed for days and come back
                and events.last_seen_at >= edges.nearest_at - interval '14 days'
        group by edges.sport_key

    ),

    {{ lanes_contested('arrivals', 'alive', plan.ledger) }}

    select
        edges.sport_key,
        case
            when edges.has_scopes_before then edges.nearest_at
            else coalesce(alive.since_at, edges.nearest_at)
        end as since,
        edges.until_at as until,
        coalesce(alive.since_at, edges.nearest_at) as rebuild_since,
        contested.sport_key is not null as is_contested
    from edges
    left join alive
        on edges.sport_key = alive.sport_key
    left join contested
        on edges.sport_key = contested.sport_key
{%- endmacro %}

{#- CTEs ending in `edges`: per sport, between what times of the ledger its new responses stand -#}
{% macro scope_edges(arrivals, ledger) -%}
scopes as (

    select
        sport_key,
        scope_id,
        min(captured_at) as first_at,
        max(captured_at) as last_at
    from {{ arrivals }}
    group by sport_key, scope_id

),

edges_by_scope as (

    select
        scopes.*,
        (
            select max(captured_at) from {{ ledger }} as ledger
            where ledger.scope_id = scopes.scope_id and ledger.captured_at <= scopes.first_at
        ) as same_scope_before,
        (
            select min(captured_at) from {{ ledger }} as ledger
            where ledger.scope_id = scopes.scope_id and ledger.captured_at >= scopes.last_at
        ) as same_scope_after,
        (
            select max(captured_at) from {{ ledger }} as ledger
            where ledger.sport_key = scopes.sport_key and ledger.captured_at <= scopes.first_at
        ) as any_scope_before
    from scopes

),

edges as (

    select
        sport_key,
        min(first_at) as first_at,
        min(least(coalesce(same_scope_before, first_at), coalesce(any_scope_before, first_at)))
            as nearest_at,
        count(*) = count(same_scope_before) as has_scopes_before,
        case when count(*) = count(same_scope_after) then max(same_scope_after) end as until_at
    from edges_by_scope
    group by sport_key

)
{%- endmacro %}

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
