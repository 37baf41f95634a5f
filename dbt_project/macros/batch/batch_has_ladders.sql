{#- whether the batch asked for a market that lists many lines: only there can a quote stand twice -#}
{% macro batch_has_ladders(batch) -%}
    {%- if execute -%}
        {%- set asked -%}
            select count(*) from {{ batch }}
            where markets ~ '.*(alternate|player_|batter_|pitcher_).*'
        {%- endset -%}
        {{ return((run_query(asked).rows[0][0] | int) > 0) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}
