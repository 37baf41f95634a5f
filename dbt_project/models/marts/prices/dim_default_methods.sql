with

sports as (

    select
        sport_key,
        sport_group
    from {{ ref('sports') }}

),

turned_up as (

    select sport_key from {{ known('int_events') }}
    where sport_key is not null
    group by sport_key

),

market_kinds as (

    select market_kind from {{ ref('markets') }}
    group by market_kind

),

asked as (

    select
        coalesce(sports.sport_key, turned_up.sport_key) as sport_key,
        sports.sport_group,
        market_kinds.market_kind
    from sports
    full outer join turned_up
        on sports.sport_key = turned_up.sport_key
    cross join market_kinds

),

-- the most specific row counts: one that names the sport, its family, the kind of market
answered as (

    select
        asked.sport_key,
        asked.market_kind,
        answers.method,
        answers.rival,
        answers.game_count,
        answers.log_loss_difference,
        answers.difference_error,
        answers.evidence,
        row_number() over (
            partition by asked.sport_key, asked.market_kind
            order by
                case when answers.sport_key != '*' then 1 else 2 end,
                case when answers.sport_group != '*' then 1 else 2 end,
                case when answers.market_kind != '*' then 1 else 2 end
        ) as answer_rank
    from asked
    inner join {{ ref('devig_defaults') }} as answers
        on
            answers.sport_key in (asked.sport_key, '*')
            and answers.sport_group in (coalesce(asked.sport_group, '*'), '*')
            and answers.market_kind in (asked.market_kind, '*')

),

final as (

    select
        sport_key,
        market_kind,
        method,
        rival,
        game_count,
        log_loss_difference,
        difference_error,
        evidence
    from answered
    where answer_rank = 1

)

select * from final
