{{ config(materialized='ephemeral') }}

with

responses as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting

),

turns as (

    select * from {{ ref('int_response_turns') }}

),

-- by when all that a response asked has been asked again, event calls apart
answered as (

    select
        turns.response_seq,
        turns.sport_key,
        case when count(turns.next_seq) = count(*) then max(turns.next_seq) end as answered_seq
    from turns
    inner join responses
        on turns.response_seq = responses.response_seq
    where
        turns.chain_event_id = ''
        and (
            (turns.bookmaker_key = '' and responses.regions is not null)
            or turns.bookmaker_key = any(string_to_array(responses.bookmakers, ','))
        )
    group by turns.response_seq, turns.sport_key

),

rewritten as (

    select distinct response_seq from turns
    where is_rewritten

),

sightings as (

    select
        sightings.*,
        lead(sightings.response_seq) over (
            partition by sightings.event_id
            order by sightings.response_seq
        ) as next_sighting_seq
    from {{ ref('int_events_sighted') }} as sightings
    inner join responses
        on sightings.response_seq = responses.response_seq

),

final as (

    select
        sightings.event_id,
        answered.answered_seq as response_seq,
        sightings.sport_key,
        sightings.commence_time,
        sightings.home_team,
        sightings.away_team
    from sightings
    inner join answered
        on
            sightings.response_seq = answered.response_seq
            and sightings.sport_key = answered.sport_key
    inner join rewritten
        on answered.answered_seq = rewritten.response_seq
    where
        sightings.next_sighting_seq is null
        or sightings.next_sighting_seq > answered.answered_seq

)

select * from final
