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
