{#-
    One vote per book group on each outcome: the mean of its books in logit space, so that books under
    one roof count once. `fair` has fair_outcomes with their moment; books of weight 0 have no vote.
-#}
{% macro consensus_votes(fair) -%}
    select
        {{ consensus_key('fair') }},
        coalesce(books.book_group, fair.bookmaker_key) as book_group,
        max(fair.outcome_count) as outcome_count,
        max(fair.moment_at) as moment_at,
        max(weights.weight) as weight,
        avg({{ logit('fair.fair_probability') }}) as log_odds,
        min(fair.captured_at) as captured_at
    from {{ fair }} as fair
    left join {{ ref('bookmakers') }} as books
        on fair.bookmaker_key = books.bookmaker_key
    inner join {{ ref('consensus_weights') }} as weights
        on coalesce(books.kind, 'unknown') = weights.kind
    where fair.fair_probability is not null and weights.weight > 0
    group by {{ consensus_key('fair') }}, coalesce(books.book_group, fair.bookmaker_key)
{%- endmacro %}
