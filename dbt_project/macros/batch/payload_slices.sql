{#-
    Ranges of response_seq that hold about 15,000 events each. DuckDB parses the JSON of 2,048 rows at a
    time, whatever their size; a slice bounds the memory that takes.
-#}
{% macro payload_slices(batch) -%}
    {%- set slices = [] -%}
    {%- if execute -%}
        {%- set ranges = run_query(
            'select min(response_seq), max(response_seq) from ('
            ~ 'select response_seq, floor(sum(greatest(event_count, 30)) over (order by response_seq) / 15000) as slice'
            ~ ' from ' ~ batch ~ ') as weighed group by slice order by 1'
        ) -%}
        {%- for row in ranges.rows -%}
            {%- do slices.append((row[0] | int, row[1] | int)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(slices or [(0, 0)]) }}
{%- endmacro %}
