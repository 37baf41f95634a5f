{#-
    Whether a start shown in play can be true: a look that showed the game as still to come proves that
    it had not begun, give or take what a feed is late by.
-#}
{% macro is_believed_start(start_at, last_announced_at) -%}
    {{ start_at }} >= {{ last_announced_at }} - interval '{{ var("start_slack_minutes") }} minutes'
{%- endmacro %}
