{{ config(pre_hook='{{ without_nested_loops() }}') }}

with

legs as (

    select * from {{ ref('int_bet_legs_matched') }}
    where is_settleable

),

moments as (

    select distinct
        event_id,
        cast(placed_at as text) as moment,
        placed_at as moment_at,
        {{ var('placed_max_age_minutes') }} as max_age_minutes
    from legs

),

standing as (

    {{ quotes_standing_at('moments', ref('fct_quote_states'), ref('fct_event_sightings')) }}

),

-- what one could have taken instead, by the rules of `fct_best_prices`
offers as (

    select
        legs.leg_id,
        standing.bookmaker_key,
        standing.captured_at,
        {{ net_decimal_price('standing.decimal_price', 'coalesce(books.commission_rate, 0)') }}
            as net_decimal_price
    from legs
    inner join standing
        on
            legs.event_id = standing.event_id
            and legs.placed_at = standing.moment_at
            and legs.market_key = standing.market_key
            and legs.outcome_name = standing.outcome_name
            and legs.outcome_description is not distinct from standing.outcome_description
            and legs.point is not distinct from standing.point
    left join {{ ref('bookmakers') }} as books
        on standing.bookmaker_key = books.bookmaker_key
    where
        standing.market_key not like '%\_lay' escape '\'
        and coalesce(books.kind, 'unknown') != 'dfs'
        and {{ is_my_book('standing.bookmaker_key') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by leg_id
            order by net_decimal_price desc, bookmaker_key collate "C"
        ) as price_rank,
        count(*) over (partition by leg_id) as bookmaker_count
    from offers

),

final as (

    select
        leg_id,
        bookmaker_key as best_bookmaker_key,
        net_decimal_price as best_decimal_price,
        captured_at as best_captured_at,
        cast(bookmaker_count as integer) as bookmaker_count
    from ranked
    where price_rank = 1

)

select * from final
