{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ hashed_joins() }}',
    )
}}

with

openings as (

    select * from {{ ref('fct_opening_lines') }}

),

closes as (

    select * from {{ ref('fct_closing_lines') }}

),

fair as (

    select * from {{ ref('int_fair_by_default') }}

),

travels as (

    select * from {{ ref('int_quotes_travelled') }}

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
        coalesce(travels.move_count, 0) as move_count,
        travels.highest_decimal_price,
        travels.lowest_decimal_price,
        travels.highest_point,
        travels.lowest_point
    from openings
    inner join closes
        on {{ same_quote('openings', 'closes') }}
    left join travels
        on {{ same_quote('openings', 'travels') }}
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
