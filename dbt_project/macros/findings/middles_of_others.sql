{#-
    CTEs ending in `middles`: the median of what the other houses showed beside each version of an
    outcome set, and their median absolute deviation from it. `others` has the columns of same_set and
    the number; fewer than four others have no middle worth the name.
-#}
{% macro middles_of_others(others, number) -%}
centred as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        set_point,
        valid_from,
        count(*) as book_count,
        {{ middle_of(number) }} as middle
    from {{ others }}
    group by
        event_id,
        bookmaker_key,
        market_key,
        outcome_description,
        set_point,
        valid_from
    having count(*) >= 4

),

middles as (

    select
        centred.event_id,
        centred.bookmaker_key,
        centred.market_key,
        centred.outcome_description,
        centred.set_point,
        centred.valid_from,
        centred.book_count,
        centred.middle,
        {{ middle_of('abs(' ~ others ~ '.' ~ number ~ ' - centred.middle)') }} as deviation
    from centred
    inner join {{ others }}
        on {{ same_set('centred', others) }}
    group by
        centred.event_id,
        centred.bookmaker_key,
        centred.market_key,
        centred.outcome_description,
        centred.set_point,
        centred.valid_from,
        centred.book_count,
        centred.middle

)
{%- endmacro %}

{#- whether two rows are about one version of an outcome set; equality alone, so that joins can hash -#}
{% macro same_set(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and coalesce({{ left }}.outcome_description, '') = coalesce({{ right }}.outcome_description, '')
    and coalesce({{ left }}.set_point, 0) = coalesce({{ right }}.set_point, 0)
    and {{ left }}.valid_from = {{ right }}.valid_from
{%- endmacro %}

{#- the median of a group -#}
{% macro middle_of(number) -%}
    percentile_cont(0.5) within group (order by {{ number }})
{%- endmacro %}

{#-
    How far the middle of others lies outside what a book allows, from its lowest to its highest, in
    standard deviations as their median absolute deviation tells it (1.4826 of them for a normal
    distribution). That is taken to be `least` at least: ten books that agree to the cent leave no
    spread to measure by.
-#}
{% macro robust_z(middle, lowest, highest, deviation, least) -%}
    (
        greatest({{ lowest }} - {{ middle }}, {{ middle }} - {{ highest }}, 0)
        / (1.4826 * greatest({{ deviation }}, {{ least }}))
    )
{%- endmacro %}
