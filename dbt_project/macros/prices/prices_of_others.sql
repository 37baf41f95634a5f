{#-
    What everybody else makes of an outcome, for each book group that quotes it: the consensus without
    the group's own price, and the fair price of the first sharp book outside the group. `fair` has
    fair_outcomes with their moment.
-#}
{% macro prices_of_others(fair) -%}
    select
        {{ consensus_key() | indent(8) }},
        book_group,
        case
            when outcome_count = 3 and method != 'worst_case'
                then probability / sum(probability) over (
                    partition by
                        event_id, market_key, outcome_description, method, moment, book_group
                )
            else probability
        end as fair_probability,
        cast(source_count as integer) as source_count,
        case when sharp_priority = first_priority then second_sharp else first_sharp end
            as sharp_probability
    from (

        with

        opinions as (

            select
                {{ consensus_key('fair') | indent(16) }},
                coalesce(books.book_group, fair.bookmaker_key) as book_group,
                fair.outcome_count,
                fair.fair_probability,
                case when weights.weight > 0 then weights.weight end as weight,
                case when weights.weight > 0 then {{ logit('fair.fair_probability') }} end
                    as log_odds,
                sharp_references.priority,
                min(sharp_references.priority) over (
                    partition by
                        {{ consensus_key('fair') | indent(24) }},
                        coalesce(books.book_group, fair.bookmaker_key)
                ) as sharp_priority
            from {{ fair }} as fair
            left join {{ ref('bookmakers') }} as books
                on fair.bookmaker_key = books.bookmaker_key
            left join {{ ref('consensus_weights') }} as weights
                on coalesce(books.kind, 'unknown') = weights.kind
            left join {{ ref('sharp_references') }} as sharp_references
                on fair.bookmaker_key = sharp_references.bookmaker_key
            where fair.fair_probability is not null

        ),

        prices as (

            select
                {{ consensus_key() | indent(16) }},
                book_group,
                max(outcome_count) as outcome_count,
                max(weight) as weight,
                avg(log_odds) as log_odds,
                max(sharp_priority) as sharp_priority,
                max(case when priority = sharp_priority then fair_probability end)
                    as sharp_probability
            from opinions
            group by {{ consensus_key() | indent(16) }}, book_group

        ),

        summed as (

            select
                *,
                sum(weight) over everybody - coalesce(weight, 0) as others_weight,
                sum(weight * log_odds) over everybody - coalesce(weight * log_odds, 0)
                    as others_log_odds,
                count(weight) over everybody - case when weight is null then 0 else 1 end
                    as source_count,
                min(sharp_priority) over everybody as first_priority
            from prices
            window everybody as (partition by {{ consensus_key() | indent(16) }})

        ),

        seconded as (

            select
                *,
                min(case when sharp_priority > first_priority then sharp_priority end) over (
                    partition by {{ consensus_key() | indent(20) }}
                ) as second_priority
            from summed

        )

        select
            *,
            case
                when source_count > 0 then {{ logistic('others_log_odds / others_weight') }}
            end as probability,
            max(case when sharp_priority = first_priority then sharp_probability end)
                over everybody as first_sharp,
            max(case when sharp_priority = second_priority then sharp_probability end)
                over everybody as second_sharp
        from seconded
        window everybody as (partition by {{ consensus_key() | indent(12) }})

    ) as compared
{%- endmacro %}
