{#-
    The season a date lies in, as its league names it: `2025` or `2025-26`. A league whose season crosses
    the year counts it from its first month. Null for sports without seasons and those nobody described.
-#}
{% macro season(game_date, sports) -%}
    {%- set first_year -%}
        cast(extract(year from {{ game_date }}) as integer)
        - case when extract(month from {{ game_date }}) < {{ sports }}.season_first_month then 1 else 0 end
    {%- endset -%}
    case {{ sports }}.season_style
        when 'one_year' then cast({{ first_year }} as text)
        when 'two_years'
            then cast({{ first_year }} as text) || '-' || right(cast({{ first_year }} + 1 as text), 2)
    end
{%- endmacro %}
