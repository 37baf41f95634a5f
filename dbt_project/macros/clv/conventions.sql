{#-
    What a close may be taken to be: what stood last before the announced start, before the start as it
    is believed, before the game was seen in play, or before the book took the quote down.
-#}
{% macro close_conventions() -%}
    {{ return(['start', 'announced_start', 'in_play', 'removal']) }}
{%- endmacro %}
