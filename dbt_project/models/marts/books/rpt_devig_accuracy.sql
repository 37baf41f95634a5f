{{ config(materialized='table', pre_hook='{{ without_nested_loops() }}') }}

{%- set group = 'sport_key, market_kind, bookmaker_kind' %}
{%- set sums = [
    'game_count',
    'set_count',
    'log_loss_sum',
    'brier_sum',
    'difference_sum',
    'difference_squares',
    'sharp_game_count',
    'bias_sum',
    'bias_squares',
] %}

with

months as (

    select
        {{ group }},
        method,
        result_month,
        count(*) as game_count,
        sum(set_count) as set_count,
        sum(log_loss) as log_loss_sum,
        sum(brier_score) as brier_sum,
        sum(log_loss_difference) as difference_sum,
        sum(power(log_loss_difference, 2)) as difference_squares,
        count(favourite_bias) as sharp_game_count,
        sum(favourite_bias) as bias_sum,
        sum(power(favourite_bias, 2)) as bias_squares
    from {{ ref('int_methods_scored') }}
    group by {{ group }}, method, result_month

),

-- a row knows the games that were over up to its month's end and no later ones
so_far as (

    select
        {{ group }},
        method,
        {%- for column in sums %}
        sum({{ column }}) over walk as {{ column }},
        {%- endfor %}
        result_month
    from months
    window walk as (partition by {{ group }}, method order by result_month)

),

measured as (

    select
        *,
        difference_sum / game_count as log_loss_difference,
        {{ mean_error('difference_sum', 'difference_squares', 'game_count') }} as difference_error
    from so_far

),

-- multiplicative until another one wins by two standard errors
ranked as (

    select
        {{ group }},
        result_month,
        method,
        row_number() over (
            partition by {{ group }}, result_month
            order by
                case
                    when
                        game_count >= {{ var('min_games') }}
                        and log_loss_difference + 2 * difference_error < -1e-9
                        then 1
                    when method = 'multiplicative' then 2
                    else 3
                end,
                {{ nine_digits('log_loss_difference') }},
                method collate "C"
        ) as choice_rank,
        row_number() over (
            partition by {{ group }}, result_month
            order by
                {{ nine_digits('abs(bias_sum / nullif(sharp_game_count, 0))') }} asc nulls last,
                method collate "C"
        ) as bias_rank,
        sharp_game_count
    from measured

),

chosen as (

    select
        {{ group }},
        result_month,
        max(case when choice_rank = 1 then method end) as chosen_method,
        max(case when bias_rank = 1 and sharp_game_count > 0 then method end) as margin_method
    from ranked
    group by {{ group }}, result_month

),

choices as (

    select
        *,
        coalesce(
            lag(chosen_method) over (partition by {{ group }} order by result_month),
            'multiplicative'
        ) as past_method
    from chosen

),

-- what was scored by whoever went, each month, by the choice of the months before
followed as (

    select
        months.sport_key,
        months.market_kind,
        months.bookmaker_kind,
        'walk_forward' as method,
        {%- for column in sums %}
        sum(months.{{ column }}) over walk as {{ column }},
        {%- endfor %}
        months.result_month
    from months
    inner join choices
        on
            months.sport_key = choices.sport_key
            and months.market_kind = choices.market_kind
            and months.bookmaker_kind = choices.bookmaker_kind
            and months.result_month = choices.result_month
            and months.method = choices.past_method
    window walk as (
        partition by months.sport_key, months.market_kind, months.bookmaker_kind
        order by months.result_month
    )

),

walked_rows as (

    select * from so_far
    union all
    select * from followed

),

final as (

    select
        walked.sport_key,
        walked.market_kind,
        walked.bookmaker_kind,
        walked.method,
        cast(walked.result_month + interval '1 month' - interval '1 day' as date)
            as through_date,
        cast(walked.game_count as integer) as game_count,
        cast(walked.set_count as integer) as set_count,
        walked.log_loss_sum / walked.game_count as log_loss,
        walked.brier_sum / walked.game_count as brier_score,
        walked.difference_sum / walked.game_count as log_loss_difference,
        {{ mean_error(
            'walked.difference_sum', 'walked.difference_squares', 'walked.game_count'
        ) }} as difference_error,
        choices.chosen_method,
        choices.past_method,
        default_methods.method as default_method,
        cast(walked.sharp_game_count as integer) as sharp_game_count,
        walked.bias_sum / nullif(walked.sharp_game_count, 0) as favourite_bias,
        {{ mean_error('walked.bias_sum', 'walked.bias_squares', 'walked.sharp_game_count') }}
            as favourite_bias_error,
        choices.margin_method
    from walked_rows as walked
    inner join choices
        on
            walked.sport_key = choices.sport_key
            and walked.market_kind = choices.market_kind
            and walked.bookmaker_kind = choices.bookmaker_kind
            and walked.result_month = choices.result_month
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            walked.sport_key = default_methods.sport_key
            and walked.market_kind = default_methods.market_kind

)

select * from final
