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
