{#- the implied probability of a slot of an outcome set, null unless the set is complete -#}
{% macro complete_implied(slot) -%}
    case
        when
            decimal_1 > 1
            and decimal_2 > 1
            and case outcome_count when 2 then decimal_3 is null when 3 then decimal_3 > 1 else false end
            and coalesce(
                point_1 = case when is_mirrored then 0 - point_2 else point_2 end,
                point_1 is null and point_2 is null
            )
            then {{ implied_probability('decimal_' ~ slot) }}
    end
{%- endmacro %}
