with

results as (

    select
        results.*,
        row_number() over (partition by results.event_id order by results.version desc)
            as recency_rank
    from {{ ref('fct_results') }} as results
    cross join {{ ref('stg_run__clock') }} as clock
    where results.is_final and results.published_at <= clock.as_of

),

final as (

    select
        event_id,
        home_score,
        away_score,
        home_score_regulation,
        away_score_regulation,
        is_shortened,
        published_at
    from results
    where recency_rank = 1

)

select * from final
