{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

opening_responses as (

    select distinct
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        response_id
    from {{ ref('fct_opening_lines') }}

),

-- the set as the response left it in which one of its outcomes was first seen
sets as (

    select
        {{ set_columns('versions') }},
        'open' as moment,
        versions.valid_from as moment_at,
        versions.valid_from as captured_at,
        versions.response_id
    from {{ ref('int_set_versions') }} as versions
    inner join opening_responses as openings
        on
            versions.event_id = openings.event_id
            and versions.bookmaker_key = openings.bookmaker_key
            and versions.market_key = openings.market_key
            and versions.outcome_description is not distinct from openings.outcome_description
            and versions.response_id = openings.response_id

),

devigged_sets as (

    {{ devigged('sets') }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select
        {{ fair_columns() }},
        response_id
    from outcomes

)

select * from final
