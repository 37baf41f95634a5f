{#-
    The outcome sets of quotes that stood at one moment: `quotes` has the columns of a quote, its
    `captured_at`, and the `moment` it was taken for, at `moment_at`.
-#}
{% macro outcome_sets_of(quotes) -%}
    select
        *,
        {{ complete_implied(1) }} as implied_1,
        {{ complete_implied(2) }} as implied_2,
        {{ complete_implied(3) }} as implied_3
    from (
        select
            event_id,
            bookmaker_key,
            market_key,
            outcome_description,
            set_point,
            outcome_count,
            is_mirrored,
            moment,
            moment_at,
            min(captured_at) as captured_at,
            max(case when slot = 1 then outcome_name end) as name_1,
            max(case when slot = 2 then outcome_name end) as name_2,
            max(case when slot = 3 then outcome_name end) as name_3,
            max(case when slot = 1 then point end) as point_1,
            max(case when slot = 2 then point end) as point_2,
            max(case when slot = 1 then decimal_price end) as decimal_1,
            max(case when slot = 2 then decimal_price end) as decimal_2,
            max(case when slot = 3 then decimal_price end) as decimal_3
        from ({{ slotted_quotes(quotes) }}) as slotted
        where slot is not null
        group by
            event_id,
            bookmaker_key,
            market_key,
            outcome_description,
            set_point,
            outcome_count,
            is_mirrored,
            moment,
            moment_at
    ) as sets
{%- endmacro %}
