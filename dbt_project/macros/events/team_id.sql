{#-
    A team's id: its sport, and its name as one word in small letters. Letters are told one by one, as
    the engines disagree on what is small of the others.
-#}
{% macro team_id(sport_key, team) -%}
    {{ sport_key }} || ':' || translate(
        {{ team }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz_'
    )
{%- endmacro %}
