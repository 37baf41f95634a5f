{#- whether a book is one of var `my_books`; every book is where none is named -#}
{% macro is_my_book(bookmaker_key) -%}
    {%- if var('my_books') -%}
        {{ bookmaker_key }} in ('{{ var("my_books") | join("', '") }}')
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
