{%- set date_asked = api_timestamp(json_text('params', 'date')) %}

with

set_aside as (

    select * from {{ ref('stg_collector__quarantined_responses') }}
    where is_set_aside

),

responses as (

    select
        response_id,
        endpoint,
        sport_key,
        is_historical,
        is_complete,
        origin,
        status_code,
        error_code,
        credits_estimated,
        credits_charged,
        bad_headers,
        reading_notes,
        coalesce(captured_at, requested_at) as seen_at,
        -- the envelope of a historical answer is older than its question, as it should be
        case
            when not is_historical
                then {{ minutes_between('captured_at', 'requested_at') }} * 60
        end as seconds_before_asked,
        {{ minutes_between('landed_at', 'captured_at') }} * 60 as seconds_after_landed,
        case
            when is_historical
                then {{ minutes_between('captured_at', date_asked) }}
        end as minutes_from_asked
    from {{ known('stg_odds_api__responses') }}

),

broken as (

    select
        responses.*,
        rules.rule_id,
        concat_ws(
            ': ', substr(responses.response_id, 1, 12), set_aside.model, set_aside.error
        ) as what_is_set_aside
    from responses
    left join set_aside
        on responses.response_id = set_aside.response_id
    inner join {{ ref('quality_rules') }} as rules
        on
            case rules.rule_id
                when 'failed_request' then not responses.is_complete
                when 'bad_header' then responses.bad_headers is not null
                when 'quarantined_response' then set_aside.response_id is not null
                when 'charge_unknown'
                    then
                        responses.is_complete
                        and responses.origin != 'replay'
                        and responses.credits_estimated > 0
                        and responses.credits_charged is null
                -- what fails or brings nothing is free
                when 'credits_mismatch'
                    then
                        responses.is_complete
                        and responses.origin != 'replay'
                        and abs(responses.credits_charged - responses.credits_estimated)
                        > rules.threshold
                        and responses.credits_charged > 0
                when 'response_out_of_order'
                    then
                        greatest(responses.seconds_before_asked, responses.seconds_after_landed)
                        > rules.threshold
                when 'historical_snapshot_far'
                    then responses.is_complete and responses.minutes_from_asked > rules.threshold
            end

),

unread as (

    select
        response_id,
        sport_key,
        reading_notes,
        seen_at
    from responses
    where reading_notes is not null

),

notes as (

    {{ flatten_notes('unread') }}

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            subject="case when rule_id = 'failed_request' then coalesce(error_code, cast(status_code as text)) else endpoint end",
            sample="case rule_id
            when 'failed_request' then concat_ws(' ', endpoint, cast(status_code as text), error_code)
            when 'bad_header' then bad_headers
            when 'quarantined_response' then what_is_set_aside
            when 'charge_unknown' then 'estimated ' || cast(credits_estimated as text)
            when 'credits_mismatch'
                then 'estimated ' || cast(credits_estimated as text)
                || ', charged ' || cast(credits_charged as text)
            when 'response_out_of_order'
                then 'served ' || " ~ number_text('greatest(seconds_before_asked, seconds_after_landed)', 0) ~ "
                || case
                    when seconds_before_asked >= coalesce(seconds_after_landed, seconds_before_asked)
                        then ' s before it was asked for'
                    else ' s after it landed'
                end
            else " ~ number_text('minutes_from_asked', 0) ~ " || ' minutes before the moment asked for'
        end",
            seen_at='seen_at'
        ) }}
    from broken
    union all
    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            subject="regexp_replace(path, '\\[[0-9]+\\]', '', 'g')",
            sample="path || ': ' || noted || ' in response ' || response_id",
            seen_at='seen_at'
        ) }}
    from notes

)

select * from final
