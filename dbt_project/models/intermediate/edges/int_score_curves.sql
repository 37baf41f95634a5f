{{
    config(
        materialized='table',
        indexes=lookup_indexes(['sport_key', 'score_kind', 'threshold', 'centre']),
    )
}}

with

distributions as (

    select * from {{ ref('int_score_distributions') }}

),

centres as (

    select
        distributions.sport_key,
        distributions.score_kind,
        distributions.distribution_source,
        distributions.lowest_centre + steps.step * distributions.centre_step as centre,
        distributions.standard_deviation
    from distributions
    cross join generate_series(0, 1000) as steps (step)
    where
        distributions.lowest_centre + steps.step * distributions.centre_step
        <= distributions.highest_centre

),

probabilities as (

    {{ score_probabilities('centres', ref('int_score_keys'), by_source=true) }}

),

cumulated as (

    select
        *,
        1 - sum(probability) over (
            partition by sport_key, score_kind, distribution_source, centre
            order by score_value
            rows between unbounded preceding and current row
        ) as above_probability
    from probabilities

),

-- a half point above a score nothing can land on the line
thresholds as (

    select
        sport_key,
        score_kind,
        distribution_source,
        centre,
        cast(score_value as double precision) as threshold,
        above_probability,
        probability as at_probability
    from cumulated
    union all
    select
        sport_key,
        score_kind,
        distribution_source,
        centre,
        score_value + cast(0.5 as double precision) as threshold,
        above_probability,
        cast(0 as double precision) as at_probability
    from cumulated

),

-- lines further out are no longer compared: there the curve is all tail
compared as (

    select
        thresholds.*,
        thresholds.above_probability / (1 - thresholds.at_probability) as fair_probability,
        distributions.centre_step,
        distributions.is_latest
    from thresholds
    inner join distributions
        on
            thresholds.sport_key = distributions.sport_key
            and thresholds.score_kind = distributions.score_kind
            and thresholds.distribution_source = distributions.distribution_source
    where abs(thresholds.threshold - thresholds.centre) <= 3 * distributions.standard_deviation

),

followed as (

    select
        *,
        lead(above_probability) over line_curve as next_above_probability,
        lead(at_probability) over line_curve as next_at_probability,
        lead(fair_probability) over line_curve as next_fair_probability
    from compared
    window line_curve as (
        partition by sport_key, score_kind, distribution_source, threshold
        order by centre
    )

),

final as (

    select * from followed
    where next_fair_probability is not null

)

select * from final
