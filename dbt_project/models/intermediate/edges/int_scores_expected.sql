{{ config(materialized='view') }}

with

votes as {{ worked_out_once() }} (

    select
        *,
        method = 'worst_case' as is_worst_case
    from {{ ref('int_score_votes') }}

),

judges as {{ worked_out_once() }} (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        slot,
        book_group
    from {{ ref('int_offers_bettable') }}
    where score_kind is not null
    group by
        moment,
        event_id,
        sport_key,
        score_kind,
        slot,
        book_group

),

-- what all others than the group that is judged expect, at whatever points they quote
heard as (

    select
        judges.*,
        votes.distribution_source,
        votes.is_worst_case,
        votes.weight,
        votes.centre,
        votes.captured_at,
        votes.sharp_priority
    from judges
    inner join votes
        on
            judges.moment = votes.moment
            and judges.event_id = votes.event_id
            and judges.score_kind = votes.score_kind
            and judges.slot = votes.slot
    where judges.book_group != votes.book_group

),

averaged as (

    select
        *,
        sum(weight * centre) over group_votes / sum(weight) over group_votes as mean_centre
    from heard
    window group_votes as (
        partition by moment, event_id, score_kind, slot, book_group, is_worst_case
    )

),

final as (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        slot,
        book_group,
        max(case when not is_worst_case then mean_centre end) as centre,
        max(case when is_worst_case then mean_centre end) as worst_case_centre,
        sum(case when not is_worst_case then weight end) as weight,
        cast(count(case when not is_worst_case then 1 end) as integer) as source_count,
        stddev_samp(case when not is_worst_case then centre end) as dispersion,
        {{ vote_error('centre', 'mean_centre') }} as disagreement,
        {{ vote_concentration() }} as vote_concentration,
        min(captured_at) as oldest_captured_at,
        min(sharp_priority) as sharp_priority
    from averaged
    group by
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        slot,
        book_group
    having count(case when not is_worst_case then 1 end) > 0

)

select * from final
