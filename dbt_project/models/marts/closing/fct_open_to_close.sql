{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

openings as (

    select * from {{ ref('fct_opening_lines') }}

),

closes as (

    select * from {{ ref('fct_closing_lines') }}

),

fair_ends as (

    select {{ fair_columns() }} from {{ ref('int_fair_at_open') }}
    union all
    select {{ fair_columns() }} from {{ ref('int_fair_at_moments') }}
    where moment = 'close'

),

fair as (

    select
        fair_ends.*,
        case when {{ has_alternate_lines('fair_ends.market_key') }} then fair_ends.point end as line
    from fair_ends
    inner join {{ known('int_events') }} as events
        on fair_ends.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair_ends.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    where fair_ends.method = default_methods.method

),

moves as (

    select
        {{ quote_key() }},
        count(*) as move_count
    from {{ ref('int_quotes_moved') }}
    group by {{ quote_key() }}

),

ranges as (

    select
        {{ quote_key() }},
        max(decimal_price) as highest_decimal_price,
        min(decimal_price) as lowest_decimal_price,
        max(point) as highest_point,
        min(point) as lowest_point
    from {{ ref('int_quotes_sequenced') }}
    where decimal_price is not null
    group by {{ quote_key() }}

),

final as (

    select
        {{ quote_key('openings') }},
        openings.captured_at as opened_at,
        openings.is_left_censored,
        openings.point as opening_point,
        openings.american_price as opening_american_price,
        openings.decimal_price as opening_decimal_price,
        opening_fair.fair_probability as opening_fair_probability,
        closes.captured_at as closed_at,
        closes.missing_reason,
        closes.point as closing_point,
        closes.american_price as closing_american_price,
        closes.decimal_price as closing_decimal_price,
        closing_fair.fair_probability as closing_fair_probability,
        coalesce(opening_fair.method, closing_fair.method) as method,
        {{ points_clv('openings.outcome_name', 'openings.point', 'closes.point') }} as point_move,
        {{ implied_clv('openings.decimal_price', 'closes.decimal_price') }} as probability_move,
        closing_fair.fair_probability - opening_fair.fair_probability as fair_probability_move,
        cast(coalesce(moves.move_count, 0) as integer) as move_count,
        ranges.highest_decimal_price,
        ranges.lowest_decimal_price,
        ranges.highest_point,
        ranges.lowest_point,
        {{ event_labels('openings') }}
    from openings
    inner join closes
        on {{ same_quote('openings', 'closes') }}
    left join moves
        on {{ same_quote('openings', 'moves') }}
    left join ranges
        on {{ same_quote('openings', 'ranges') }}
    left join fair as opening_fair
        on
            {{ same_quote('openings', 'opening_fair') }}
            and opening_fair.moment = 'open'
            and openings.captured_at = opening_fair.captured_at
    left join fair as closing_fair
        on
            {{ same_quote('openings', 'closing_fair') }}
            and closing_fair.moment = 'close'

)

select * from final
