{#- the fair price of the first book of `sharp_references` that quotes the outcome -#}
{% macro sharp_prices(fair) -%}
    select
        {{ consensus_key() }},
        bookmaker_key,
        priority,
        fair_probability,
        captured_at
    from (
        select
            fair.*,
            sharp_references.priority,
            row_number() over (
                partition by {{ consensus_key('fair') }}
                order by sharp_references.priority
            ) as sharp_rank
        from {{ fair }} as fair
        inner join {{ ref('sharp_references') }} as sharp_references
            on fair.bookmaker_key = sharp_references.bookmaker_key
        where fair.fair_probability is not null
    ) as ranked
    where sharp_rank = 1
{%- endmacro %}
