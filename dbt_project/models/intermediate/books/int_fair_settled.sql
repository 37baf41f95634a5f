{{ config(pre_hook='{{ without_nested_loops() }}', post_hook='{{ gathered_statistics() }}') }}

with

games as (

    select * from {{ ref('int_results_final') }}

),

-- the least of all methods is no probability
fair as (

    select
        fair.*,
        events.sport_key,
        markets.market_kind,
        coalesce(books.kind, 'unknown') as bookmaker_kind,
        coalesce(books.book_group, fair.bookmaker_key) as book_group,
        case fair.outcome_description
            when events.home_team then 1
            when events.away_team then 2
        end as team
    from {{ ref('int_fair_at_moments') }} as fair
    inner join {{ known('int_events') }} as events
        on fair.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    left join {{ ref('bookmakers') }} as books
        on fair.bookmaker_key = books.bookmaker_key
    where
        fair.fair_probability is not null
        and fair.method != 'worst_case'
        and markets.period = 'game'

),

rules as (

    {{ settlement_rules_of('fair') }}

),

scored as (

    select
        fair.*,
        games.published_at,
        {{ settling_score('home', 'games', 'rules', 'fair.market_kind') }} as home_score,
        {{ settling_score('away', 'games', 'rules', 'fair.market_kind') }} as away_score
    from fair
    inner join games
        on fair.event_id = games.event_id
    inner join rules
        on
            fair.sport_key = rules.sport_key
            and fair.market_key = rules.market_key
            and fair.bookmaker_key = rules.bookmaker_key

),

measured as (

    select
        *,
        {{ settlement_margin(
            'market_kind', 'side_no', 'outcome_count', 'point', 'home_score', 'away_score', 'team'
        ) }} as margin
    from scored

),

sharp_closes as (

    select
        closes.*,
        books.book_group as sharp_group
    from {{ ref('int_consensus_at_moments') }} as closes
    inner join {{ ref('bookmakers') }} as books
        on closes.sharp_bookmaker_key = books.bookmaker_key
    where closes.moment = 'close'

),

-- the sharp itself, and who is of its house, are measured by the next sharp
others as (

    select * from {{ ref('int_prices_of_others') }}
    where moment = 'close'

),

settled as (

    select
        *,
        {{ settled_outcome('margin') }} as settlement
    from measured

),

final as (

    select
        settled.sport_key,
        settled.market_key,
        settled.market_kind,
        settled.bookmaker_key,
        settled.bookmaker_kind,
        settled.method,
        settled.moment,
        settled.event_id,
        settled.outcome_description,
        settled.set_point,
        date_trunc('month', settled.published_at at time zone 'UTC') as result_month,
        settled.fair_probability,
        settled.settlement = 'win' as is_winner,
        case
            when settled.book_group = sharp_closes.sharp_group then others.sharp_probability
            else sharp_closes.sharp_probability
        end as sharp_close_probability
    from settled
    left join sharp_closes
        on
            settled.event_id = sharp_closes.event_id
            and settled.market_key = sharp_closes.market_key
            and settled.outcome_name = sharp_closes.outcome_name
            and settled.outcome_description is not distinct from sharp_closes.outcome_description
            and settled.point is not distinct from sharp_closes.point
            and settled.method = sharp_closes.method
    left join others
        on {{ same_outcome('sharp_closes', 'others') }} and settled.book_group = others.book_group
    where settled.settlement in ('win', 'loss')

)

select * from final
