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
