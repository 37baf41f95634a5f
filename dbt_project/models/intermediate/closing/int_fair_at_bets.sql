{{ config(indexes=lookup_indexes(['event_id']), pre_hook='{{ without_nested_loops() }}') }}

with

moments as (

    select distinct
        event_id,
        moment,
        moment_at,
        {{ var('closing_max_age_minutes') }} as max_age_minutes
    from {{ ref('int_bet_moments') }}
    where moment != 'close' and moment_at is not null

),

standing as (

    {{ quotes_standing_at('moments', ref('fct_quote_states'), ref('fct_event_sightings')) }}

),

sets as (

    {{ outcome_sets_of('standing') }}

),

devigged_sets as (

    {{ devigged('sets') }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select {{ fair_columns() }} from outcomes

)

select * from final
