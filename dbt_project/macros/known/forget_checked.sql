{#-
    Findings are added to from build to build. Who looks back has them all made anew from what was known
    then, and leaves the ledger so that the next build makes them anew as well.
-#}
{% macro forget_checked() -%}
    {%- if looks_back() -%}
        {%- for name in ('int_responses_checked', 'int_findings_by_event') if earlier(name) -%}
            delete from {{ earlier(name) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
