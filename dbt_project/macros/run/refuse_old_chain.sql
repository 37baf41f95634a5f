{#- the hot chain adds to what it built: tables of an older version lack what it needs by now -#}
{% macro refuse_old_chain() -%}
    {%- set needed = {'int_events': 'believed_starts', 'int_quote_changes': 'previous_seen_at'} -%}
    {%- for model, column in needed.items() if not flags.FULL_REFRESH -%}
        {%- set relation = adapter.get_relation(
            database=target.database, schema='intermediate', identifier=model
        ) -%}
        {%- if
            relation
            and column not in adapter.get_columns_in_relation(relation) | map(attribute='name') | list
        -%}
            {{ exceptions.raise_compiler_error(
                'This warehouse was modelled by an older version of the project. Nothing is lost: '
                ~ 'run `odds raw reread --no-build`, then `dbt build --full-refresh` once: it models '
                ~ 'everything anew from raw.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
