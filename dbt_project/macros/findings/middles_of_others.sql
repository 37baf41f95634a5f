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
