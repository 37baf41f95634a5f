{{ config(materialized='table') }}

with

distributions as (

    select * from {{ ref('int_score_distributions') }}

),

-- to half a point: what a number is worth changes slowly with the line
games as (

    select
        sport_key,
        score_kind,
        floor(2 * closing_centre + 0.5) / 2 as centre,
        score_value
    from {{ ref('int_score_games') }}

),

centres as (

    select
        games.sport_key,
        games.score_kind,
        games.centre,
        distributions.prior_standard_deviation as standard_deviation,
        count(*) as game_count
    from games
    inner join distributions
        on
            games.sport_key = distributions.sport_key
            and games.score_kind = distributions.score_kind
    where distributions.distribution_source = 'prior'
    group by
        games.sport_key,
        games.score_kind,
        games.centre,
        distributions.prior_standard_deviation

),

prior_probabilities as (

    {{ score_probabilities('centres', ref('key_numbers')) }}

),

-- how many of our games the prior alone would have put on each number
expected as (

    select
        key_numbers.sport_key,
        key_numbers.score_kind,
        key_numbers.score_value,
        key_numbers.side,
        sum(centres.game_count * prior_probabilities.probability) as expected_count
    from centres
    inner join prior_probabilities
        on
            centres.sport_key = prior_probabilities.sport_key
            and centres.score_kind = prior_probabilities.score_kind
            and centres.centre = prior_probabilities.centre
    inner join {{ ref('key_numbers') }} as key_numbers
        on {{ is_key_number('key_numbers', 'prior_probabilities') }}
    group by
        key_numbers.sport_key,
        key_numbers.score_kind,
        key_numbers.score_value,
        key_numbers.side

),

observed as (

    select
        key_numbers.sport_key,
        key_numbers.score_kind,
        key_numbers.score_value,
        key_numbers.side,
        count(*) as observed_count
    from games
    inner join {{ ref('key_numbers') }} as key_numbers
        on {{ is_key_number('key_numbers', 'games') }}
    group by
        key_numbers.sport_key,
        key_numbers.score_kind,
        key_numbers.score_value,
        key_numbers.side

),

counted as (

    select
        distributions.sport_key,
        distributions.score_kind,
        distributions.distribution_source,
        distributions.game_count,
        key_numbers.score_value,
        key_numbers.side,
        key_numbers.multiplier as prior_multiplier,
        cast(coalesce(observed.observed_count, 0) as integer) as observed_count,
        coalesce(expected.expected_count, 0) as expected_count
    from distributions
    inner join {{ ref('key_numbers') }} as key_numbers
        on
            distributions.sport_key = key_numbers.sport_key
            and distributions.score_kind = key_numbers.score_kind
    left join observed
        on
            key_numbers.sport_key = observed.sport_key
            and key_numbers.score_kind = observed.score_kind
            and key_numbers.score_value = observed.score_value
            and key_numbers.side = observed.side
    left join expected
        on
            key_numbers.sport_key = expected.sport_key
            and key_numbers.score_kind = expected.score_kind
            and key_numbers.score_value = expected.score_value
            and key_numbers.side = expected.side

),

-- the prior counts as `prior_games` games that fell as it says
final as (

    select
        sport_key,
        score_kind,
        distribution_source,
        score_value,
        side,
        prior_multiplier,
        observed_count,
        expected_count,
        case
            when distribution_source = 'shrunk' and expected_count > 0
                then
                    prior_multiplier
                    * (observed_count + {{ var('prior_games') }} * expected_count / game_count)
                    / (expected_count + {{ var('prior_games') }} * expected_count / game_count)
            else prior_multiplier
        end as multiplier
    from counted

)

select * from final
