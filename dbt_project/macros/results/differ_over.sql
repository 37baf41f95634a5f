{#-
    Whether the rows of a window tell different things in one of these columns, which hold whole
    numbers or text; a row that tells nothing differs from none.
-#}
{% macro differ_over(columns, window) -%}
    (
        {%- for column in columns %}
        {{ 'or ' if not loop.first }}coalesce(
            min({{ column }}) over {{ window }} != max({{ column }}) over {{ window }}, false
        )
        {%- endfor %}
    )
{%- endmacro %}
