{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id', 'captured_at'], ['response_id']),
        pre_hook=['{{ tuned_session() }}', '{{ forget_rewritten_snapshots() }}'],
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='append',
    )
}}

with

responses as (

    select * from {{ ref('int_responses_batched') }}

),

turns as (

    select * from {{ ref('int_response_turns') }}

),

sightings as (

    select
        event_id,
        response_seq,
        max(sport_key) as sport_key,
        max(commence_time) as commence_time,
        max(home_team) as home_team,
        max(away_team) as away_team
    from {{ ref('int_odds_batched') }}
    where bookmaker_key is null and commence_time is not null
    group by event_id, response_seq

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

quoted_sightings as (

    select
        sightings.*,
        lead(sightings.response_seq) over (
            partition by sightings.event_id
            order by sightings.response_seq
        ) as next_sighting_seq
    from sightings
    inner join responses
        on sightings.response_seq = responses.response_seq
    where responses.is_quoting

),

absences as (

    select
        quoted_sightings.event_id,
        answered.answered_seq as response_seq,
        quoted_sightings.sport_key,
        quoted_sightings.commence_time,
        quoted_sightings.home_team,
        quoted_sightings.away_team
    from quoted_sightings
    inner join answered
        on
            quoted_sightings.response_seq = answered.response_seq
            and quoted_sightings.sport_key = answered.sport_key
    inner join rewritten
        on answered.answered_seq = rewritten.response_seq
    where
        quoted_sightings.next_sighting_seq is null
        or quoted_sightings.next_sighting_seq > answered.answered_seq

),

snapshots as (

    select
        sightings.*,
        true as is_listed
    from sightings
    inner join responses
        on sightings.response_seq = responses.response_seq
    where responses.is_new
    union all
    select
        *,
        false as is_listed
    from absences

),

final as (

    select
        snapshots.event_id,
        responses.response_id,
        snapshots.sport_key,
        snapshots.home_team,
        snapshots.away_team,
        snapshots.is_listed,
        responses.is_quoting,
        responses.captured_at >= snapshots.commence_time as is_in_play,
        snapshots.commence_time,
        responses.captured_at,
        responses.known_at,
        responses.sequence_key
    from snapshots
    inner join responses
        on snapshots.response_seq = responses.response_seq

)

select * from final
