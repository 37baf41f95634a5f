{#-
    How likely each whole score is around each centre: a bell, times how often the number is hit
    (`key_numbers`), brought back to a sum of 1. `centres` has sport_key, score_kind, centre and
    standard_deviation, and with `by_source` as `key_numbers` a distribution_source.
-#}
{% macro score_probabilities(centres, key_numbers, by_source=false) -%}
    {%- set source = 'distribution_source,' if by_source -%}
    select
        sport_key,
        score_kind,
        {{ source }}
        centre,
        score_value,
        density / sum(density) over (
            partition by sport_key, score_kind, {{ source }} centre
        ) as probability
    from (
        select
            scores.*,
            coalesce(key_numbers.multiplier, 1) * exp(
                -power((scores.score_value - scores.centre) / scores.standard_deviation, 2) / 2
            ) as density
        from (
            select
                centres.*,
                numbers.score_value
            from {{ centres }} as centres
            cross join generate_series(-200, 400) as numbers (score_value)
            where
                abs(numbers.score_value - centres.centre) < 5 * centres.standard_deviation
                and (centres.score_kind = 'margin' or numbers.score_value >= 0)
        ) as scores
        left join {{ key_numbers }} as key_numbers
            on
                {{ is_key_number('key_numbers', 'scores') }}
                {%- if by_source %}
                and key_numbers.distribution_source = scores.distribution_source
                {%- endif %}
    ) as densities
{%- endmacro %}

{#-
    Whether a score is a row of `key_numbers`: the total, or the margin for the side that won by it.
    `scores` has sport_key, score_kind and score_value, of a margin as the home side has it.
-#}
{% macro is_key_number(key_numbers, scores) -%}
    {{ key_numbers }}.sport_key = {{ scores }}.sport_key
    and {{ key_numbers }}.score_kind = {{ scores }}.score_kind
    and {{ key_numbers }}.score_value = case
        when {{ scores }}.score_kind = 'margin' then abs({{ scores }}.score_value)
        else {{ scores }}.score_value
    end
    and (
        {{ key_numbers }}.side = 'either'
        or {{ key_numbers }}.side = case
            when {{ scores }}.score_value > 0 then 'home'
            when {{ scores }}.score_value < 0 then 'away'
        end
    )
{%- endmacro %}
