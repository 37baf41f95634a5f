{#-
    Whether the present batch has read the payloads of all these responses already, as after a bulk
    load. Of what a book lists twice the batch keeps one listing, and the stamps of both count.
-#}
{% macro batch_holds(responses, batch) -%}
    {%- if execute -%}
        {%- set missing -%}
            select count(*)
            from {{ responses }} as responses
            left join {{ batch }} as batch on responses.response_id = batch.response_id
            where responses.is_quoting and coalesce(batch.lists_twice, true)
        {%- endset -%}
        {{ return((run_query(missing).rows[0][0] | int) == 0) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}
