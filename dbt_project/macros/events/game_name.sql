{#-
    How a game is called wherever people read of it: `away @ home`, or, where it has no teams (an outright),
    the title of its sport, else its key.
-#}
{% macro game_name(games, title=none) -%}
{%- set title_of_sport -%}
(
    select sports.title
    from {{ ref('sports') }} as sports
    where sports.sport_key = {{ games }}.sport_key
)
{%- endset -%}
coalesce(
    {{ games }}.away_team || ' @ ' || {{ games }}.home_team,
    {{ title or title_of_sport }},
    {{ games }}.sport_key
)
{%- endmacro %}
