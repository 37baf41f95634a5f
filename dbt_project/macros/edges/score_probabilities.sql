{#-
    How likely each whole score is around each centre: a bell, times how often the number is hit
    (`key_numbers`), brought back to a sum of 1. `centres` has sport_key, score_kind, centre and
    standard_deviation. A margin's number counts whoever won by it.
-#}
{% macro score_probabilities(centres, key_numbers) -%}
    select
        sport_key,
        score_kind,
        centre,
        score_value,
        density / sum(density) over (partition by sport_key, score_kind, centre) as probability
    from (
        select
            centres.sport_key,
            centres.score_kind,
            centres.centre,
            scores.score_value,
            coalesce(key_numbers.multiplier, 1) * exp(
                -power((scores.score_value - centres.centre) / centres.standard_deviation, 2) / 2
            ) as density
        from {{ centres }} as centres
        cross join generate_series(-200, 400) as scores (score_value)
        left join {{ key_numbers }} as key_numbers
            on
                centres.sport_key = key_numbers.sport_key
                and centres.score_kind = key_numbers.score_kind
                and case
                    when centres.score_kind = 'margin' then abs(scores.score_value)
                    else scores.score_value
                end = key_numbers.score_value
        where
            abs(scores.score_value - centres.centre) < 5 * centres.standard_deviation
            and (centres.score_kind = 'margin' or scores.score_value >= 0)
    ) as densities
{%- endmacro %}
