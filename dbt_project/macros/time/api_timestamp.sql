{#- a stamp that cannot be read is null, never an error that would hold the whole batch back -#}
{% macro api_timestamp(stamp) -%}
    {{ return(adapter.dispatch('api_timestamp')(stamp)) }}
{%- endmacro %}

{% macro default__api_timestamp(stamp) -%}
    case
        when {{ stamp }} like '____-__-__T__:__:__%Z' then cast({{ stamp }} as timestamp with time zone)
        when {{ stamp }} ~ '^[0-9]{9,11}$' then to_timestamp(cast({{ stamp }} as double precision))
    end
{%- endmacro %}

{% macro duckdb__api_timestamp(stamp) -%}
    coalesce(
        try_cast({{ stamp }} as timestamp with time zone),
        to_timestamp(try_cast({{ stamp }} as double precision))
    )
{%- endmacro %}
