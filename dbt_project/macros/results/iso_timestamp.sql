{#- a time in ISO 8601 with its zone, with or without seconds; null where it cannot be read -#}
{% macro iso_timestamp(stamp) -%}
    case
        when
            {{ stamp }}
            ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
            then cast(
                regexp_replace({{ stamp }}, '^(.{16})(Z|[+]|-)', '\1:00\2') as timestamp with time zone
            )
    end
{%- endmacro %}
