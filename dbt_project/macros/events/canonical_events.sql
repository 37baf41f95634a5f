{#- events with their teams as the API names them now, of the CTEs `events`, `sports`, `team_aliases` -#}
{% macro canonical_events() -%}
    select
        events.event_id,
        events.sport_key,
        -- old recordings name a club as it was called then
        coalesce(home_aliases.team_name, events.home_team) as home_team,
        coalesce(away_aliases.team_name, events.away_team) as away_team,
        events.first_seen_at,
        events.last_seen_at,
        events.scheduled_start_at,
        events.starts_at,
        {{ local_date('events.scheduled_start_at', 'sports.time_zone') }} as game_date,
        events.is_sighted_in_play
    from events
    left join sports
        on events.sport_key = sports.sport_key
    left join team_aliases as home_aliases
        on
            events.sport_key = home_aliases.sport_key
            and events.home_team = home_aliases.alias
    left join team_aliases as away_aliases
        on
            events.sport_key = away_aliases.sport_key
            and events.away_team = away_aliases.alias
{%- endmacro %}
