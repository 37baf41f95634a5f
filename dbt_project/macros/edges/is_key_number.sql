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
