{#- two teams as one text, the same whichever of them is called home -#}
{% macro team_pair(home_team, away_team) -%}
    case
        when {{ home_team }} collate "C" <= {{ away_team }} collate "C"
            then {{ home_team }} || ' and ' || {{ away_team }}
        else {{ away_team }} || ' and ' || {{ home_team }}
    end
{%- endmacro %}

{#- minutes as people say them: hours, or days from two days on -#}
{% macro minutes_apart_text(minutes) -%}
    case
        when {{ minutes }} >= 2880
            then cast(cast(floor({{ minutes }} / 1440 + 0.5) as integer) as text) || ' days'
        else cast(cast(floor({{ minutes }} / 60 + 0.5) as integer) as text) || ' hours'
    end
{%- endmacro %}

{#-
    Whether the rows of a window tell different things in one of these columns, which hold whole
    numbers or text; a row that tells nothing differs from none.
-#}
{% macro differ_over(columns, window) -%}
    (
        {%- for column in columns %}
        {{ 'or ' if not loop.first }}coalesce(
            min({{ column }}) over {{ window }} != max({{ column }}) over {{ window }}, false
        )
        {%- endfor %}
    )
{%- endmacro %}
