{#-
    A relation that holds all that was ever seen, as it was known by the moment asked for; itself where
    nobody asks for one, so that this costs nothing then. What is written as it comes (the change log,
    sightings, the ledger, raw tables) must hold everything, whatever a build looks from: marts and the
    steps to them read it through here. Calls are held back for who looks back alone.
-#}
{% macro known(model_name) -%}
    {%- set is_of_calls = model_name == 'stg_odds_api__responses' -%}
    {%- if not execute -%}
        {%- do ref(model_name ~ '_known') -%}
    {%- elif (looks_back() if is_of_calls else is_moment_asked()) -%}
        {{ return(ref(model_name ~ '_known')) }}
    {%- endif -%}
    {{ return(ref(model_name)) }}
{%- endmacro %}
