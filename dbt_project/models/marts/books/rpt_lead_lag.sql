{{ config(materialized='table', pre_hook='{{ without_nested_loops() }}') }}

with

-- where one outcome of a set shortens another drifts: one direction counts each move once
movers as (

    select distinct
        {{ moved_outcome() }},
        sport_key,
        wave_number,
        book_group,
        group_moved_at,
        group_moved_after_at
    from {{ ref('int_move_waves') }}
    where direction = 'shorter'

),

-- one led where it had moved before the other was last seen unmoved
pairs as (

    select
        leaders.sport_key,
        leaders.market_key,
        leaders.book_group as leader_group,
        followers.book_group as follower_group,
        leaders.group_moved_at <= followers.group_moved_after_at as has_led,
        followers.group_moved_at <= leaders.group_moved_after_at as has_followed,
        {{ minutes_between('leaders.group_moved_at', 'followers.group_moved_after_at') }}
            as least_lag_minutes,
        {{ minutes_between('leaders.group_moved_after_at', 'followers.group_moved_at') }}
            as most_lag_minutes
    from movers as leaders
    inner join movers as followers
        on
            {{ same_moved_outcome('leaders', 'followers') }}
            and leaders.wave_number = followers.wave_number
    where leaders.book_group != followers.book_group

),

counted as (

    select
        sport_key,
        market_key,
        leader_group,
        follower_group,
        count(*) as wave_count,
        count(case when has_led then 1 end) as led_count,
        count(case when has_followed then 1 end) as followed_count,
        percentile_cont(0.5) within group (order by case when has_led then least_lag_minutes end)
            as median_least_lag_minutes,
        percentile_cont(0.5) within group (order by case when has_led then most_lag_minutes end)
            as median_most_lag_minutes
    from pairs
    group by sport_key, market_key, leader_group, follower_group

),

final as (

    select
        sport_key,
        market_key,
        leader_group,
        follower_group,
        cast(wave_count as integer) as wave_count,
        cast(led_count as integer) as led_count,
        cast(followed_count as integer) as followed_count,
        cast(wave_count - led_count - followed_count as integer) as unknown_count,
        cast(led_count as double precision) / nullif(led_count + followed_count, 0) as lead_share,
        median_least_lag_minutes,
        median_most_lag_minutes
    from counted

)

select * from final
