{{ config(materialized='view') }}

with

scores as {{ materialized_cte() }} (

    select
        *,
        method = 'worst_case' as is_worst_case
    from {{ ref('int_reference_scores') }}

),

asking as {{ materialized_cte() }} (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        side_no,
        book_group
    from {{ ref('int_offers_bettable') }}
    where score_kind is not null
    group by
        moment,
        event_id,
        sport_key,
        score_kind,
        side_no,
        book_group

),

-- what all others than the group that is valued expect, at whatever points they quote
others as (

    select
        asking.*,
        scores.distribution_source,
        scores.is_worst_case,
        scores.weight,
        scores.centre,
        scores.captured_at,
        scores.sharp_priority
    from asking
    inner join scores
        on
            asking.moment = scores.moment
            and asking.event_id = scores.event_id
            and asking.score_kind = scores.score_kind
            and asking.side_no = scores.side_no
    where asking.book_group != scores.book_group

),

averaged as (

    select
        *,
        sum(weight * centre) over of_others / sum(weight) over of_others as mean_centre
    from others
    window of_others as (
        partition by moment, event_id, score_kind, side_no, book_group, is_worst_case
    )

),

final as (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        side_no,
        book_group,
        max(case when not is_worst_case then mean_centre end) as centre,
        max(case when is_worst_case then mean_centre end) as worst_case_centre,
        sum(case when not is_worst_case then weight end) as weight,
        cast(count(case when not is_worst_case then 1 end) as integer) as source_count,
        stddev_samp(case when not is_worst_case then centre end) as dispersion,
        {{ reference_error('centre', 'mean_centre') }} as disagreement,
        {{ weight_concentration() }} as weight_concentration,
        min(captured_at) as oldest_captured_at,
        min(sharp_priority) as sharp_priority
    from averaged
    group by
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        side_no,
        book_group
    having count(case when not is_worst_case then 1 end) > 0

)

select * from final
