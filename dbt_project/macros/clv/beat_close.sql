{#- 1 where a bet beat the close, 0 where the close beat it, half for each where they are equal -#}
{% macro beat_close(closing_line_value) -%}
    case
        when {{ closing_line_value }} > 1e-12 then cast(1 as double precision)
        when {{ closing_line_value }} < -1e-12 then 0
        when {{ closing_line_value }} is not null then 0.5
    end
{%- endmacro %}
