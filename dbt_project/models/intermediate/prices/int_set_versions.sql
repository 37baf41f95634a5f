{{ config(materialized='view') }}

{%- set set_key = 'event_id, bookmaker_key, market_key, outcome_description, set_line' %}

with

changes as (

    select
        *,
        (not is_withdrawn and not is_stale and not is_in_play) as is_offered
    from {{ known('int_quote_changes') }}
    where not is_reshown

),

sided as (

    {{ quotes_with_sides('changes') }}

),

-- what one response changed about a set: of markets of many lines each line is a set of its own
steps as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        case when line is not null then set_point end as set_line,
        outcome_count,
        is_mirrored,
        valid_from,
        known_at,
        response_id,
        max(case when side_no = 1 then outcome_name end) as name_1,
        max(case when side_no = 2 then outcome_name end) as name_2,
        max(case when side_no = 3 then outcome_name end) as name_3,
        max(case when side_no = 1 and is_offered then decimal_price end) as decimal_1,
        max(case when side_no = 2 and is_offered then decimal_price end) as decimal_2,
        max(case when side_no = 3 and is_offered then decimal_price end) as decimal_3,
        max(case when side_no = 1 and is_offered then point end) as point_1,
        max(case when side_no = 2 and is_offered then point end) as point_2
    from sided
    where side_no is not null
    group by
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        case when line is not null then set_point end,
        outcome_count,
        is_mirrored,
        valid_from,
        known_at,
        response_id

),

numbered as (

    select
        *,
        count(name_1) over set_history as epoch_1,
        count(name_2) over set_history as epoch_2,
        count(name_3) over set_history as epoch_3,
        lead(valid_from) over set_history as valid_to
    from steps
    window set_history as (
        partition by {{ set_key }}
        order by valid_from, response_id collate "C"
    )

),

-- an outcome that a response did not change stands as the one before it left it
standing as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        outcome_count,
        is_mirrored,
        valid_from,
        valid_to,
        known_at,
        response_id,
        {%- for side_no in (1, 2, 3) %}
        max(name_{{ side_no }}) over (partition by {{ set_key }}, epoch_{{ side_no }})
            as name_{{ side_no }},
        max(decimal_{{ side_no }}) over (partition by {{ set_key }}, epoch_{{ side_no }})
            as decimal_{{ side_no }},
        {%- endfor %}
        max(point_1) over (partition by {{ set_key }}, epoch_1) as point_1,
        max(point_2) over (partition by {{ set_key }}, epoch_2) as point_2
    from numbered

),

final as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        coalesce(point_1, case when is_mirrored then 0 - point_2 else point_2 end) as set_point,
        outcome_count,
        name_1,
        name_2,
        name_3,
        point_1,
        point_2,
        decimal_1,
        decimal_2,
        decimal_3,
        {{ complete_implied(1) }} as implied_1,
        {{ complete_implied(2) }} as implied_2,
        {{ complete_implied(3) }} as implied_3,
        valid_from,
        valid_to,
        known_at,
        response_id
    from standing
    where coalesce(decimal_1, decimal_2, decimal_3) is not null

)

select * from final
