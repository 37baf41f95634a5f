{#- the score of a team in an event's list, on DuckDB -#}
{% macro score_of(team_name) -%}
    list_max(list_transform(
        list_filter(event.scores, lambda score: score.name = {{ team_name }}),
        lambda score: score.score
    ))
{%- endmacro %}
