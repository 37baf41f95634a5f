{#-
    The rule that holds for each sport, market and book of a relation: the most specific row of the
    seed `settlement_rules`, whole.
-#}
{% macro settlement_rules_of(relation) -%}
    select *
    from (
        select
            asked.sport_key,
            asked.market_key,
            asked.bookmaker_key,
            rules.score_settles,
            rules.includes_overtime,
            rules.void_after_hours,
            rules.void_if_shortened,
            row_number() over (
                partition by asked.sport_key, asked.market_key, asked.bookmaker_key
                order by
                    case when rules.bookmaker_key = '*' then 1 else 0 end,
                    case when rules.market_key = '*' then 1 else 0 end,
                    case rules.sport_key when asked.sport_key then 0 when '*' then 2 else 1 end
            ) as specificity_rank
        from (
            select distinct
                sport_key,
                market_key,
                bookmaker_key
            from {{ relation }}
        ) as asked
        inner join {{ ref('settlement_rules') }} as rules
            on
                rules.sport_key in (
                    asked.sport_key, split_part(asked.sport_key, '_', 1) || '_*', '*'
                )
                and rules.market_key in (asked.market_key, '*')
                and rules.bookmaker_key in (asked.bookmaker_key, '*')
    ) as ranked
    where specificity_rank = 1
{%- endmacro %}
