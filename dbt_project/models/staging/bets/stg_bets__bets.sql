{#- bets are whoever's they are: the relation is named by a var, and may not be there -#}
{%- set bets = bets_relation() -%}

with

source as (

    {% if bets -%}
    select * from {{ bets }}
    {%- else -%}
    select
        cast(null as text) as bet_id,
        cast(null as text) as event_id,
        cast(null as text) as bookmaker_key,
        cast(null as text) as market_key,
        cast(null as text) as outcome_name,
        cast(null as text) as outcome_description,
        cast(null as double precision) as point,
        cast(null as double precision) as decimal_price,
        cast(null as timestamp with time zone) as placed_at
    where 1 = 0
    {%- endif %}

),

typed as (

    select

        ---------- ids
        cast(bet_id as text) as bet_id,
        cast(event_id as text) as event_id,

        ---------- strings
        cast(bookmaker_key as text) as bookmaker_key,
        cast(market_key as text) as market_key,
        cast(outcome_name as text) as outcome_name,
        cast(outcome_description as text) as outcome_description,

        ---------- numerics
        cast(point as double precision) as point,
        cast(decimal_price as double precision) as decimal_price,

        ---------- timestamps
        cast(placed_at as timestamp with time zone) as placed_at

    from source

),

-- a bet without a time may have been placed whenever
final as (

    select * from typed
    where placed_at is null or {{ known_by('placed_at') }}

)

select * from final
