{{ config(materialized='ephemeral') }}

with

neighboured as (

    select
        *,
        lead(response_seq) over quote_history as next_seq,
        lag(response_seq) over quote_history as previous_seq,
        lag(next_spoken_seq) over quote_history as previous_spoken_seq,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(american_price) over quote_history as previous_american_price,
        lag(point) over quote_history as previous_point,
        lag(is_stale) over quote_history as previous_is_stale,
        lag(is_in_play) over quote_history as previous_is_in_play,
        lag(lane_number) over quote_history as previous_lane_number
    from {{ ref('int_quotes_spoken') }}
    window quote_history as (partition by {{ quote_key() }} order by response_seq)

),

judged as (

    select
        *,
        (
            previous_seq is null
            or coalesce(previous_spoken_seq < response_seq, false)
            or decimal_price is distinct from previous_decimal_price
            or american_price is distinct from previous_american_price
            or point is distinct from previous_point
            or is_stale is distinct from previous_is_stale
            or is_in_play is distinct from previous_is_in_play
        ) as is_changed,
        -- what comes back after a withdrawal did not stand before
        case when not coalesce(previous_spoken_seq < response_seq, false) then previous_seq end
            as last_standing_seq,
        (lane_number is distinct from previous_lane_number) as is_lane_changed,
        coalesce(next_spoken_seq < next_seq, next_spoken_seq is not null) as is_vanishing
    from neighboured

),

-- all else repeats what its predecessor said
final as (

    select
        {{ quote_columns() }},
        is_rebuilt,
        is_rewritten,
        last_standing_seq,
        next_spoken_seq,
        is_changed,
        is_lane_changed,
        is_vanishing
    from judged
    where is_changed or is_lane_changed or is_vanishing

)

select * from final
