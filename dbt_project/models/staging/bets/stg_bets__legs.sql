{#- nobody may have imported any -#}
{%- set bets = own_bets() -%}

with

source as (

    {% if bets -%}
    select * from {{ bets }}
    where _dlt_load_id in (
        select loads.load_id from {{ source('raw', '_dlt_loads') }} as loads
        where loads.status = 0
    )
    {%- else -%}
    select
        {%- for column in (
            'bet_id', 'source', 'bookmaker', 'currency', 'total_price', 'is_free_bet', 'status',
            'note', 'sport', 'event_id', 'event', 'game_date', 'market', 'outcome', 'description',
            'price', '_dlt_load_id',
        ) %}
        cast(null as text) as {{ column }},
        {%- endfor %}
        {%- for column in ('version', 'leg_number', 'leg_count', 'stake', 'payout', 'point') %}
        cast(null as double precision) as {{ column }},
        {%- endfor %}
        cast(null as timestamp with time zone) as placed_at,
        cast(null as timestamp with time zone) as starts_at,
        cast(null as timestamp with time zone) as landed_at
    where 1 = 0
    {%- endif %}

),

-- two corrections at once may have made two versions of one number: the later load's counts
ranked as (

    select
        *,
        dense_rank() over (
            partition by bet_id
            order by version desc, landed_at desc, _dlt_load_id collate "C" desc
        ) as recency_rank,
        row_number() over (
            partition by bet_id, version, leg_number
            order by landed_at desc, _dlt_load_id collate "C" desc
        ) as copy_number
    from source

),

typed as (

    select

        ---------- ids
        bet_id,
        nullif(event_id, '') as event_id,

        ---------- strings
        source,
        bookmaker,
        currency,
        nullif(status, '') as status,
        note,
        sport,
        event,
        market,
        outcome,
        description,

        ---------- numerics
        cast(version as integer) as version,
        cast(leg_number as integer) as leg_number,
        cast(leg_count as integer) as leg_count,
        stake,
        payout,
        point,
        {{ told_price('price') }} as decimal_price,
        {{ told_price('total_price') }} as total_decimal_price,

        ---------- booleans
        coalesce(is_free_bet, 'false') = 'true' as is_free_bet,

        ---------- dates
        case
            when game_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then cast(game_date as date)
        end as game_date,

        ---------- timestamps
        placed_at,
        starts_at,
        landed_at

    from ranked
    where recency_rank = 1 and copy_number = 1

),

final as (

    select * from typed
    where coalesce(status, 'pending') != 'deleted' and {{ known_by('placed_at') }}

)

select * from final
