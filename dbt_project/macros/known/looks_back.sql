{#-
    Whether the moment asked for lies before an answer that the warehouse holds, or before a call for one
    of the past. A collector whose clock is not the wall clock asks for a moment at each build, too, and
    goes on between two of them: what it noted since is of later only for who looks back.
-#}
{% macro looks_back() -%}
    {%- if not execute or not is_moment_asked() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set later = run_query(
        "select 1 from raw.api_responses"
        ~ " where case when endpoint like '/v4/historical/%' then requested_at else captured_at end"
        ~ " > cast('" ~ asked_as_of() ~ "' as timestamp with time zone) limit 1"
    ) -%}
    {{ return(later.rows | length > 0) }}
{%- endmacro %}
