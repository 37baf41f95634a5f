{{ config(materialized='ephemeral') }}

with

pieces as (

    select * from {{ ref('int_pieces_at_start') }}

),

questions as (

    select * from {{ ref('int_questions_at_start') }}

),

addressees as (

    select distinct
        sport_key,
        scope_event_id,
        base_market_key,
        regions,
        bookmaker_key
    from questions

),

timeline as (

    select
        addressees.*,
        speaking.captured_at as moment,
        speaking.sequence_key,
        1 as is_answer
    from addressees
    inner join {{ ref('int_responses_speaking') }} as speaking
        on
            addressees.sport_key = speaking.sport_key
            and addressees.scope_event_id = speaking.scope_event_id
            and addressees.base_market_key = speaking.market_key
            and case
                when addressees.bookmaker_key is not null
                    then addressees.bookmaker_key = any(string_to_array(speaking.bookmakers, ','))
                else
                    string_to_array(addressees.regions, ',')
                    <@ string_to_array(speaking.regions, ',')
            end
    where not speaking.is_filtered
    union all
    select
        sport_key,
        scope_event_id,
        base_market_key,
        regions,
        bookmaker_key,
        starts_at as moment,
        cast(null as text) as sequence_key,
        0 as is_answer
    from questions

),

answered as (

    select
        *,
        -- at the very start the event is in play: the question comes before the answer
        max(sequence_key) over (
            partition by sport_key, scope_event_id, base_market_key, regions, bookmaker_key
            order by moment, is_answer
            rows between unbounded preceding and current row
        ) as last_key
    from timeline

),

spoken as (

    select
        pieces.*,
        answered.last_key
    from pieces
    inner join answered
        on
            pieces.sport_key = answered.sport_key
            and answered.scope_event_id in ('', pieces.event_id)
            and pieces.base_market_key = answered.base_market_key
            and pieces.starts_at = answered.moment
            and answered.is_answer = 0
            and (
                pieces.bookmaker_key = answered.bookmaker_key
                or pieces.lane_regions = answered.regions
            )
    union all
    select * from {{ ref('int_filtered_before_start') }}

),

final as (

    select
        event_id,
        starts_at,
        base_market_key,
        bookmaker_key,
        coalesce(lane_regions, '-') as lane_regions,
        max(last_key) as last_key
    from spoken
    group by
        event_id,
        starts_at,
        base_market_key,
        bookmaker_key,
        coalesce(lane_regions, '-')

)

select * from final
