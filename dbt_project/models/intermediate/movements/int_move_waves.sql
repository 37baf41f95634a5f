{{ config(materialized='view') }}

with

moves as (

    select
        *,
        lag(moved_at) over movements as previous_move_at
    from {{ ref('int_quotes_moved') }}
    window movements as (partition by {{ moved_outcome() }} order by moved_at)

),

-- moves of one instant stand in one wave, whichever comes first
waves as (

    select
        *,
        sum(
            case
                when
                    {{ minutes_between('previous_move_at', 'moved_at') }}
                    <= {{ var('movement_wave_minutes') }}
                    then 0
                else 1
            end
        ) over movements as wave_number
    from moves
    window movements as (partition by {{ moved_outcome() }} order by moved_at)

),

groups as (

    select
        *,
        min(moved_at) over wave as wave_started_at,
        min(moved_at) over wave_of_group as group_moved_at,
        min(moved_after_at) over wave_of_group as group_moved_after_at,
        row_number() over (
            partition by {{ moved_outcome() }}, wave_number, book_group
            order by moved_at, bookmaker_key collate "C"
        ) as group_rank
    from waves
    window
        wave as (partition by {{ moved_outcome() }}, wave_number),
        wave_of_group as (partition by {{ moved_outcome() }}, wave_number, book_group)

),

-- who was last seen unmoved before the first move was seen may have made it
counted as (

    select
        *,
        count(case when group_rank = 1 then 1 end) over wave as wave_group_count,
        count(
            case when group_rank = 1 and group_moved_after_at < wave_started_at then 1 end
        ) over wave as first_group_count,
        max(case when group_moved_after_at < wave_started_at then book_group end) over wave
            as candidate_group
    from groups
    window wave as (partition by {{ moved_outcome() }}, wave_number)

),

final as (

    select
        {{ quote_key() }},
        sport_key,
        book_group,
        kind,
        moved_at,
        moved_after_at,
        previous_point,
        point,
        previous_american_price,
        american_price,
        previous_decimal_price,
        decimal_price,
        point_move,
        probability_move,
        cents,
        direction,
        is_large,
        minutes_to_start,
        cast(wave_number as integer) as wave_number,
        wave_started_at,
        group_moved_at,
        group_moved_after_at,
        cast(wave_group_count as integer) as wave_group_count,
        case when first_group_count = 1 then candidate_group else 'tie' end as first_mover,
        known_at,
        response_id
    from counted

)

select * from final
