{#- the seed says which books there are; before it is loaded for the first time nobody can tell -#}
{% macro refuse_unknown_books(books) -%}
    {%- if books is string -%}
        {{ exceptions.raise_compiler_error(
            'var my_books: give a list, for example [draftkings, fanduel].'
        ) }}
    {%- endif -%}
    {%- set seed = adapter.get_relation(
        database=target.database, schema='marts', identifier='bookmakers'
    ) -%}
    {%- if seed -%}
        {%- set known = run_query('select bookmaker_key from ' ~ seed).columns[0].values() -%}
        {%- for book in books if book not in known -%}
            {{ exceptions.raise_compiler_error(
                'var my_books: there is no book ' ~ book
                ~ '; the keys stand in dbt_project/seeds/bookmakers.csv.'
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
