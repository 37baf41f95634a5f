{{ config(materialized='table', pre_hook='{{ without_nested_loops() }}') }}

with

months as (

    select
        sport_key,
        market_key,
        bookmaker_key,
        method,
        moment,
        result_month,
        count(distinct event_id) as game_count,
        count(*) as outcome_count,
        count(case when is_winner then 1 end) as set_count,
        sum(case when is_winner then 0 - ln(fair_probability) end) as log_loss_sum,
        sum(
            (fair_probability - case when is_winner then 1 else 0 end)
            * (fair_probability - case when is_winner then 1 else 0 end)
        ) as squared_error_sum,
        count(sharp_close_probability) as sharp_outcome_count,
        sum(
            power({{ logit('fair_probability') }} - {{ logit('sharp_close_probability') }}, 2)
        ) as squared_logit_error_sum
    from {{ ref('int_fair_settled') }}
    group by sport_key, market_key, bookmaker_key, method, moment, result_month

),

-- a row knows the games that were over up to its month's end and no later ones
walked as (

    select
        sport_key,
        market_key,
        bookmaker_key,
        method,
        moment,
        cast(result_month + interval '1 month' - interval '1 day' as date) as through_date,
        sum(game_count) over so_far as game_count,
        sum(set_count) over so_far as set_count,
        sum(outcome_count) over so_far as outcome_count,
        sum(log_loss_sum) over so_far as log_loss_sum,
        sum(squared_error_sum) over so_far as squared_error_sum,
        sum(sharp_outcome_count) over so_far as sharp_outcome_count,
        sum(squared_logit_error_sum) over so_far as squared_logit_error_sum
    from months
    window so_far as (
        partition by sport_key, market_key, bookmaker_key, method, moment
        order by result_month
    )

),

final as (

    select
        walked.sport_key,
        walked.market_key,
        walked.bookmaker_key,
        walked.method,
        walked.moment,
        cast(coalesce(moments.hours_before_start, 0) as double precision) as hours_before_start,
        walked.through_date,
        cast(walked.game_count as integer) as game_count,
        cast(walked.set_count as integer) as set_count,
        walked.log_loss_sum / nullif(walked.set_count, 0) as log_loss,
        walked.squared_error_sum / walked.outcome_count as brier_score,
        cast(walked.sharp_outcome_count as integer) as sharp_outcome_count,
        walked.squared_logit_error_sum / nullif(walked.sharp_outcome_count, 0)
            as sharp_close_error
    from walked
    left join {{ ref('price_moments') }} as moments
        on walked.moment = moments.moment

)

select * from final
