{#- whether what happened at that time had happened by the moment asked for; all has where nobody asks -#}
{% macro known_by(happened_at) -%}
    {%- if not execute or is_moment_asked() -%}
        {{ happened_at }} <= (select clock.as_of from {{ ref('stg_run__clock') }} as clock)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
