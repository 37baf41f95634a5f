with

set_aside as (

    select response_id from {{ ref('stg_collector__quarantined_responses') }}
    where is_set_aside

),

documents as (

    select
        response_id,
        is_historical,
        captured_at,
        known_at,
        {{ parsed_json("readable_payload") }} as payload
    from {{ known('stg_odds_api__responses') }}
    where
        endpoint_kind = 'scores'
        and is_complete
        and response_id not in (select set_aside.response_id from set_aside)

),

flattened as (

    {{ flatten_scores('documents') }}

),

-- a game that has not begun is listed too, with nothing said about scores
told as (

    select * from flattened
    where event_id is not null and (is_completed or has_scores)

),

converted as (

    select

        ---------- ids
        event_id,
        response_id,

        ---------- strings
        home_team,
        away_team,

        ---------- numerics
        {{ whole_number('home_score') }} as home_score,
        {{ whole_number('away_score') }} as away_score,

        ---------- booleans
        is_completed,

        ---------- timestamps
        published_at,
        captured_at,
        known_at

    from told

)

select * from converted
