{#- a number rounded as text, the same on every engine: halves go up, digits stand -#}
{% macro number_text(number, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(cast(floor(({{ number }}) * {{ scale }} + cast(0.5 as double precision)) / {{ scale }} as numeric(18, {{ digits }})) as text)
{%- endmacro %}

{#- an outcome as a person would name it: whom it is about, what happens, at which line -#}
{% macro outcome_text(relation) -%}
    concat_ws(
        ' ',
        {{ relation }}.outcome_description,
        {{ relation }}.outcome_name,
        {{ number_text(relation ~ '.point', 2) }}
    )
{%- endmacro %}

{#- an outcome set as a person would write it: each outcome with its line and decimal price -#}
{% macro set_text(relation) -%}
    concat_ws(
        ' / ',
        {%- for side_no in (1, 2, 3) %}
        nullif(concat_ws(
            ' ',
            coalesce({{ relation }}.name_{{ side_no }}, {{ "'no other side'" if side_no == 2 else 'null' }}),
            {%- if side_no < 3 %}
            {{ number_text(relation ~ '.point_' ~ side_no, 2) }},
            {%- endif %}
            coalesce(
                'at ' || {{ number_text(relation ~ '.decimal_' ~ side_no, 3) }},
                case when {{ relation }}.name_{{ side_no }} is not null then 'without a price' end
            )
        ), ''){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
