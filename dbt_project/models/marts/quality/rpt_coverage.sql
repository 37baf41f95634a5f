{{ config(schema='quality', materialized='table') }}

with

tiers as (

    select
        *,
        expected_count - held_count - unlisted_count - failed_count as uncollected_count
    from {{ ref('int_expected_snapshots') }}

),

snapshots as (

    {% for outcome, column in [
        ('held', 'held_count'),
        ('event_not_listed', 'unlisted_count'),
        ('request_failed', 'failed_count'),
        ('not_collected', 'uncollected_count'),
    ] -%}
    select
        sport_key,
        'snapshots' as what,
        '{{ outcome }}' as outcome,
        sum({{ column }}) as row_count
    from tiers
    group by sport_key
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

things as (

    select
        sport_key,
        'tiers' as what,
        case
            when held_count = expected_count then 'held'
            when held_count > 0 then 'partly_held'
            else 'not_collected'
        end as outcome
    from tiers
    union all
    select
        sport_key,
        case when bookmaker_key is not null then 'books' else 'markets' end as what,
        outcome
    from {{ ref('int_expected_quotes') }}
    union all
    select
        events.sport_key,
        'closes' as what,
        coalesce(closes.missing_reason, 'held') as outcome
    from {{ ref('fct_closing_lines') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id
    where coalesce(closes.missing_reason, 'held') != 'not_started'

),

counted as (

    select * from snapshots
    where row_count > 0
    union all
    select
        sport_key,
        what,
        outcome,
        count(*) as row_count
    from things
    group by sport_key, what, outcome

),

totals as (

    select
        *,
        sum(row_count) over (partition by sport_key, what) as promised_count
    from counted

),

final as (

    select
        sport_key,
        what,
        outcome,
        cast(row_count as bigint) as row_count,
        cast(promised_count as bigint) as promised_count,
        cast(row_count as double precision) / cast(promised_count as double precision)
            as promised_share
    from totals

)

select * from final
