with

events as (

    select * from {{ ref('int_events_canonical') }}

),

results as (

    select * from {{ ref('int_results_canonical') }}

),

named as (

    select
        sport_key,
        team_name
    from {{ ref('team_aliases') }}
    {%- for games in ('events', 'results') %}
    {%- for team in ('home_team', 'away_team') %}
    union
    select
        sport_key,
        {{ team }} as team_name
    from {{ games }}
    where {{ team }} is not null and sport_key is not null
    {%- endfor %}
    {%- endfor %}

),

-- the same but for a capital is the same team
teams as (

    select
        {{ team_id('sport_key', 'team_name') }} as team_id,
        sport_key,
        min(team_name collate "C") as team_name
    from named
    group by {{ team_id('sport_key', 'team_name') }}, sport_key

),

worded as (

    select
        *,
        regexp_replace(team_name, '^.* ', '') as last_word,
        regexp_replace(team_name, '^.* (\S+ \S+)$', '\1') as last_words
    from teams

),

counted as (

    select
        *,
        count(*) over (partition by sport_key, last_word) as word_count,
        count(*) over (partition by sport_key, last_words) as words_count
    from worded

),

final as (

    select
        team_id,
        sport_key,
        team_name as name,
        case
            when word_count = 1 and length(last_word) > 3 then last_word
            when words_count = 1 then last_words
            else team_name
        end as short_name
    from counted

)

select * from final
