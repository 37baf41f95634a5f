{#- minutes as people say them: hours, or days from two days on -#}
{% macro how_far_apart(minutes) -%}
    case
        when {{ minutes }} >= 2880
            then cast(cast(floor({{ minutes }} / 1440 + 0.5) as integer) as text) || ' days'
        else cast(cast(floor({{ minutes }} / 60 + 0.5) as integer) as text) || ' hours'
    end
{%- endmacro %}
