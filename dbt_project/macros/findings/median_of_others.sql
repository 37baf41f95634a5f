{#-
    CTEs ending in `medians`: the median of what the other houses showed beside each version of an
    outcome set, and their median absolute deviation from it. `others` has the columns of set_version
    and the number; fewer than four others have no median worth the name.
-#}
{% macro median_of_others(others, number) -%}
centred as (

    select
        {{ set_version(others) }},
        count(*) as book_count,
        {{ median_of(number) }} as median_value
    from {{ others }}
    group by {{ set_version(others) }}
    having count(*) >= 4

),

medians as (

    select
        {{ set_version('centred') }},
        centred.book_count,
        centred.median_value,
        {{ median_of('abs(' ~ others ~ '.' ~ number ~ ' - centred.median_value)') }} as deviation
    from centred
    inner join {{ others }}
        on {{ same_set('centred', others) }}
    group by {{ set_version('centred') }}, centred.book_count, centred.median_value

)
{%- endmacro %}

{#- one version of an outcome set, and the rule it is looked at by -#}
{% macro set_version(relation) -%}
    {{ relation }}.rule_id,
    {{ relation }}.event_id,
    {{ relation }}.bookmaker_key,
    {{ relation }}.market_key,
    {{ relation }}.outcome_description,
    {{ relation }}.set_point,
    {{ relation }}.valid_from
{%- endmacro %}

{#- whether two rows are about one version of an outcome set; equality alone, so that joins can hash -#}
{% macro same_set(left, right) -%}
    {{ left }}.rule_id = {{ right }}.rule_id
    and {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and coalesce({{ left }}.outcome_description, '') = coalesce({{ right }}.outcome_description, '')
    and coalesce({{ left }}.set_point, 0) = coalesce({{ right }}.set_point, 0)
    and {{ left }}.valid_from = {{ right }}.valid_from
{%- endmacro %}

{#- the median of a group -#}
{% macro median_of(number) -%}
    percentile_cont(0.5) within group (order by {{ number }})
{%- endmacro %}

{#-
    How far the median of others lies outside what a book allows, from its lowest to its highest, in
    standard deviations as their median absolute deviation tells it (1.4826 of them for a normal
    distribution). That is taken to be `least` at least: ten books that agree to the cent leave no
    spread to measure by.
-#}
{% macro robust_z(median, lowest, highest, deviation, least) -%}
    (
        greatest({{ lowest }} - {{ median }}, {{ median }} - {{ highest }}, 0)
        / (1.4826 * greatest({{ deviation }}, {{ least }}))
    )
{%- endmacro %}
