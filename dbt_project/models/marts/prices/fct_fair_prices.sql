with

events as (

    select * from {{ ref('int_events_labelled') }}

),

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
        outcomes.event_id,
        outcomes.bookmaker_key,
        outcomes.market_key,
        outcomes.outcome_name,
        outcomes.outcome_description,
        outcomes.point,
        outcomes.method,
        outcomes.decimal_price,
        outcomes.fair_probability,
        1 / outcomes.fair_probability as fair_decimal_price,
        outcomes.overround,
        outcomes.valid_from as captured_at,
        outcomes.valid_to,
        outcomes.known_at,
        outcomes.response_id,
        {{ event_labels('events') }}
    from outcomes
    left join events
        on outcomes.event_id = events.event_id
    where outcomes.decimal_price is not null

)

select * from final
