{#- the events of a payload as an array: bare, inside an envelope, or a single one -#}
{% macro events_array(documents) -%}
    {{ return(adapter.dispatch('events_array')(documents)) }}
{%- endmacro %}

{% macro default__events_array(documents) -%}
    (
        select case jsonb_typeof(payload.body)
            when 'array' then payload.body
            when 'object' then jsonb_build_array(payload.body)
            else '[]'
        end
        from (
            select case
                when {{ documents }}.is_historical then {{ documents }}.payload -> 'data'
                else {{ documents }}.payload
            end as body
        ) as payload
    )
{%- endmacro %}

{% macro duckdb__events_array(documents) -%}
    case
        when {{ documents }}.is_historical and json_type({{ documents }}.payload, '$.data') = 'OBJECT'
            then '[' || json_extract({{ documents }}.payload, '$.data') || ']'
        when {{ documents }}.is_historical then json_extract({{ documents }}.payload, '$.data')
        when left({{ documents }}.payload, 1) = '{' then '[' || {{ documents }}.payload || ']'
        else {{ documents }}.payload
    end
{%- endmacro %}
