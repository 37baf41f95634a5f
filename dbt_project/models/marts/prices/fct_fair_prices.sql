with

versions as (

    select * from {{ ref('int_set_versions') }}

),

devigged_sets as (

    {{ devigged('versions') }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        method,
        decimal_price,
        fair_probability,
        1 / fair_probability as fair_decimal_price,
        overround,
        valid_from as captured_at,
        valid_to,
        known_at,
        response_id
    from outcomes
    where decimal_price is not null

)

select * from final
