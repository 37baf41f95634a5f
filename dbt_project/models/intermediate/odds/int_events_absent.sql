{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_odds_batched') }}
{%- set ledger, known_events = earlier('int_modelled_responses'), earlier('int_events') %}
{%- if ledger %}{% set since = carried_since(known_events) %}{% endif %}

with

looks as (

    {{ looks_of_windows() }}

),

questions as (

    select * from {{ ref('int_requests_answered') }}

),

{% if ledger -%}
windows as (

    {{ windows_of_batch() }}

),

{% endif -%}
-- of the last sighting before the window, what was asked again before it
answered_before as (

    {% if ledger -%}
    select distinct
        questions.window_no,
        questions.sequence_key,
        questions.base_market_key,
        questions.regions,
        questions.bookmaker_key
    from questions
    inner join windows
        on questions.window_no = windows.window_no
    inner join {{ ledger }} as ledger
        on
            questions.sport_key = ledger.sport_key
            and questions.sequence_key < ledger.sequence_key collate "C"
            and windows.since_at > ledger.captured_at
            and ledger.can_withdraw
            and not ledger.is_filtered
            and ledger.scope_event_id is null
            and {{ asks_for_book_market('ledger', 'questions') }}
    where
        questions.response_seq = 0
        and ledger.captured_at >= cast('{{ since }}' as timestamp with time zone)
    {%- else -%}
    select
        window_no,
        sequence_key,
        base_market_key,
        regions,
        bookmaker_key
    from questions
    where 1 = 0
    {%- endif %}

),

-- by when all that a response asked has been asked again
answered as (

    select
        questions.window_no,
        questions.response_seq,
        questions.sport_key,
        questions.sequence_key,
        case when count(questions.next_seq) = count(*) then max(questions.next_seq) end
            as answered_seq
    from questions
    left join answered_before
        on
            questions.window_no = answered_before.window_no
            and questions.sequence_key = answered_before.sequence_key
            and questions.base_market_key = answered_before.base_market_key
            and questions.regions is not distinct from answered_before.regions
            and questions.bookmaker_key is not distinct from answered_before.bookmaker_key
    where answered_before.window_no is null
    group by
        questions.window_no,
        questions.response_seq,
        questions.sport_key,
        questions.sequence_key

),

next_sightings as (

    select
        *,
        lead(response_seq) over (
            partition by window_no, event_id
            order by response_seq
        ) as next_sighting_seq
    from {{ ref('int_sightings_asked') }}

),

final as (

    select
        sightings.event_id,
        answered.answered_seq as response_seq,
        sightings.sport_key,
        sightings.commence_time,
        sightings.home_team,
        sightings.away_team
    from next_sightings as sightings
    inner join answered
        on
            sightings.window_no = answered.window_no
            and sightings.response_seq = answered.response_seq
            and sightings.sport_key = answered.sport_key
            and coalesce(sightings.sequence_key, '') = coalesce(answered.sequence_key, '')
    inner join looks
        on
            answered.window_no = looks.window_no
            and answered.answered_seq = looks.response_seq
    where
        coalesce(sightings.next_sighting_seq > answered.answered_seq, true)
        and coalesce(
            looks.looked_at
            <= {{ forgotten_at('sightings.captured_at', 'sightings.commence_time') }},
            true
        )

)

select * from final
