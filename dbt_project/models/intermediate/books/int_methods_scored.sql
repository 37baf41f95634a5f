{{ config(pre_hook='{{ without_nested_loops() }}', post_hook='{{ gathered_statistics() }}') }}

with

-- main lines at the close: alternate lines would make one game count for many
closes as (

    select
        settled.*,
        {{ logit('settled.fair_probability') }} as log_odds,
        {{ logit('settled.sharp_close_probability') }} as sharp_log_odds
    from {{ ref('int_fair_settled') }} as settled
    inner join {{ ref('markets') }} as markets
        on settled.market_key = markets.market_key
    where settled.moment = 'close' and not markets.has_many_lines

),

-- how far from the result, and how much further from even money than a sharp of another house
sets as (

    select
        sport_key,
        market_kind,
        bookmaker_kind,
        event_id,
        result_month,
        bookmaker_key,
        market_key,
        outcome_description,
        set_point,
        method,
        sum(case when is_winner then 0 - ln(fair_probability) end) as log_loss,
        avg(power(fair_probability - case when is_winner then 1 else 0 end, 2)) as brier_score,
        avg(
            sign(log_odds + sharp_log_odds) * (log_odds - sharp_log_odds)
        ) as favourite_bias
    from closes
    group by
        sport_key,
        market_kind,
        bookmaker_kind,
        event_id,
        result_month,
        bookmaker_key,
        market_key,
        outcome_description,
        set_point,
        method

),

-- methods are compared on the same sets: those that each of them has probabilities for
priced as (

    select
        *,
        count(*) over same_prices as method_count,
        count(favourite_bias) over same_prices as sharp_count
    from sets
    where log_loss is not null
    window same_prices as (
        partition by
            event_id, bookmaker_key, market_key, outcome_description, set_point
    )

),

compared as (

    select
        *,
        case when sharp_count = {{ devig_methods() | length }} then favourite_bias end
            as comparable_bias
    from priced
    where method_count = {{ devig_methods() | length }}

),

by_kind as (

    select
        *,
        bookmaker_kind as kind
    from compared
    union all
    select
        *,
        'all' as kind
    from compared
    where bookmaker_kind != 'dfs'

),

-- the books of a game see one result: together they are one observation
games as (

    select
        sport_key,
        market_kind,
        kind as bookmaker_kind,
        event_id,
        result_month,
        method,
        count(*) as set_count,
        avg(log_loss) as log_loss,
        avg(brier_score) as brier_score,
        avg(comparable_bias) as favourite_bias
    from by_kind
    group by sport_key, market_kind, kind, event_id, result_month, method

),

final as (

    select
        *,
        log_loss - max(case when method = 'multiplicative' then log_loss end) over same_game
            as log_loss_difference
    from games
    window same_game as (partition by sport_key, market_kind, bookmaker_kind, event_id)

)

select * from final
