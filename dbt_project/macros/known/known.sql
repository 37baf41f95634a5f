{#-
    A relation that holds all that was ever seen, as it was known by the moment asked for; itself where
    nobody asks for one, so that this costs nothing then. What is written as it comes (the change log,
    snapshots, the ledger, raw tables) must hold everything, whatever a build looks from: marts and the
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

{#- whether what happened at that time had happened by the moment asked for; all has where nobody asks -#}
{% macro known_by(happened_at) -%}
    {%- if not execute or is_moment_asked() -%}
        {{ happened_at }} <= (select clock.as_of from {{ ref('stg_run__clock') }} as clock)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- whether this build looks from a moment that somebody asked for; a unit test states one rule at a time -#}
{% macro is_moment_asked() -%}
    {{ return(asked_as_of() != '' and model.resource_type != 'unit_test') }}
{%- endmacro %}

{#-
    Whether the moment asked for lies before an answer that the warehouse holds, or before a call for one
    of the past. A collector whose clock is not the wall clock asks for a moment at each build, too, and
    goes on between two of them: what it noted since is of later only for who looks back.
-#}
{% macro looks_back() -%}
    {%- if not execute or not is_moment_asked() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set later = found(
        "select 1 from raw.api_responses"
        ~ " where case when endpoint like '/v4/historical/%' then requested_at else captured_at end"
        ~ " > cast('" ~ asked_as_of() ~ "' as timestamp with time zone) limit 1"
    ) -%}
    {{ return(later | length > 0) }}
{%- endmacro %}

{#-
    Whether the game that a row of results tells of was settled by the moment asked for: by its start,
    or by the end of its day there. Of a sport that nobody described: whether the row had landed.
-#}
{% macro is_settled_by_then(result_rows) -%}
    {%- if execute and not is_moment_asked() -%}
        true
    {%- else -%}
        {%- set settled_at -%}
            coalesce(
                (
                    select
                        coalesce(
                            {{ result_rows }}.starts_at,
                            cast({{ result_rows }}.game_date + interval '1 day' as timestamp)
                            at time zone sports.time_zone
                        )
                        + cast(sports.settle_after_hours * 60 as integer) * interval '1 minute'
                    from {{ ref('sports') }} as sports
                    where sports.sport_key = {{ result_rows }}.sport_key
                ),
                {{ result_rows }}.landed_at
            )
        {%- endset -%}
        {{ known_by(settled_at) }}
    {%- endif -%}
{%- endmacro %}

{#-
    Findings are added to from build to build. Who looks back has them all made anew from what was known
    then, and leaves the ledger so that the next build makes them anew as well.
-#}
{% macro forget_validated() -%}
    {%- if looks_back() -%}
        {%- for name in ('int_responses_validated', 'int_events_validated') if previous_build(name) -%}
            delete from {{ previous_build(name) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
