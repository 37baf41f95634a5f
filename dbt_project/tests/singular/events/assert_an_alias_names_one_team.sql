-- An alias leads to one name, and that name is not itself an alias. Otherwise a result row would be
-- counted twice, or end at a name that the API no longer writes. Mend team_aliases.csv.

with

ambiguous as (

    select
        sport_key,
        alias
    from {{ ref('team_aliases') }}
    group by sport_key, alias
    having count(*) > 1

),

aliases_of_aliases as (

    select
        aliases.sport_key,
        aliases.alias
    from {{ ref('team_aliases') }} as aliases
    inner join {{ ref('team_aliases') }} as further
        on
            aliases.sport_key = further.sport_key
            and aliases.team_name = further.alias

)

select * from ambiguous
union all
select * from aliases_of_aliases
