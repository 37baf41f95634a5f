{#-
    DuckDB calls a file's catalogue after the file: where a schema is called so too, `schema.name`
    could be one thing or another; and dbt cannot take every sign. `odds` refuses the same names
    (`ingestion/duckdb_names.py`), a test holds the two together.
-#}
{% macro refuse_unfit_file_name() -%}
    {{ return(adapter.dispatch('refuse_unfit_file_name')()) }}
{%- endmacro %}

{% macro default__refuse_unfit_file_name() -%}{%- endmacro %}

{% macro duckdb__refuse_unfit_file_name() -%}
    {%- set taken = [
        'raw', 'staging', 'intermediate', 'marts', 'quality', 'ops', 'main', 'temp', 'system',
        'information_schema', 'pg_catalog',
    ] -%}
    {%- set path = target.path | string -%}
    {%- if target.database | lower in taken -%}
        {{ exceptions.raise_compiler_error(
            'ODDS_DUCKDB_PATH: ' ~ path ~ ' is called like a schema: give the file another name, '
            ~ 'for example warehouse.duckdb'
        ) }}
    {%- endif -%}
    {%- set name = path.split('/')[-1] -%}
    {%- for sign in ["'", '"', ';', '?', '#'] if sign in (path if sign in '?#' else name) -%}
        {{ exceptions.raise_compiler_error(
            'ODDS_DUCKDB_PATH: ' ~ path ~ ' has a ' ~ sign
            ~ ' in it, which dbt cannot take: rename it, for example warehouse.duckdb'
        ) }}
    {%- endfor -%}
{%- endmacro %}
