{#-
    The table of bets that a var names; none where it is left as it was and nobody made one, or
    where imported bets have that name: their legs are valued anyway.
-#}
{% macro bets_relation() -%}
    {%- set named = (var('bets_relation') | string).split('.') -%}
    {%- if named | length != 2 -%}
        {{ exceptions.raise_compiler_error(
            'var bets_relation: ' ~ var('bets_relation') ~ ' is not schema.name.'
        ) }}
    {%- endif -%}
    {%- if execute -%}
        {%- set bets = adapter.get_relation(
            database=target.database, schema=named[0], identifier=named[1]
        ) -%}
        {%- if not bets and named != ['raw', 'bets'] -%}
            {{ exceptions.raise_compiler_error(
                'var bets_relation: there is no ' ~ var('bets_relation') ~ ' in ' ~ target.name ~ '.'
            ) }}
        {%- endif -%}
        {{ return(none if named == ['raw', 'bets'] and own_bets() else bets) }}
    {%- endif -%}
{%- endmacro %}
