{{ config(materialized='table') }}

with

leagues as (

    select sport_key from {{ known('int_events') }}
    group by sport_key

),

games as (

    select
        sport_key,
        score_kind,
        count(*) as game_count,
        sum(power(score_value - closing_centre, 2)) as squared_misses
    from {{ ref('int_score_games') }}
    group by sport_key, score_kind

),

counted as (

    select
        priors.sport_key,
        priors.score_kind,
        priors.lowest_centre,
        priors.highest_centre,
        priors.centre_step,
        priors.standard_deviation as prior_standard_deviation,
        cast(coalesce(games.game_count, 0) as integer) as game_count,
        games.squared_misses
    from {{ ref('score_priors') }} as priors
    inner join leagues
        on priors.sport_key = leagues.sport_key
    left join games
        on priors.sport_key = games.sport_key and priors.score_kind = games.score_kind

),

-- the prior stays beside what our games made of it: of a past moment it alone knew nothing later
sources as (

    select
        *,
        'prior' as distribution_source,
        prior_standard_deviation as standard_deviation,
        game_count < {{ var('min_games') }} as is_latest
    from counted
    union all
    select
        *,
        'shrunk' as distribution_source,
        sqrt(
            ({{ var('prior_games') }} * power(prior_standard_deviation, 2) + squared_misses)
            / ({{ var('prior_games') }} + game_count)
        ) as standard_deviation,
        true as is_latest
    from counted
    where game_count >= {{ var('min_games') }}

),

final as (

    select
        sport_key,
        score_kind,
        distribution_source,
        is_latest,
        lowest_centre,
        highest_centre,
        centre_step,
        prior_standard_deviation,
        sqrt(squared_misses / nullif(game_count, 0)) as own_standard_deviation,
        game_count,
        standard_deviation
    from sources

)

select * from final
