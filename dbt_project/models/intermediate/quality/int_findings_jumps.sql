{{ config(indexes=lookup_indexes(['event_id']), pre_hook='{{ without_nested_loops() }}') }}

with

rules as (

    select * from {{ ref('quality_rules') }}
    where rule_id = 'price_jump'

),

sets as (

    select
        *,
        {{ logit('greatest(lowest_1, 1e-6)') }} as lowest_log_odds,
        {{ logit('highest_1') }} as highest_log_odds
    from {{ ref('int_sets_to_validate') }}
    where implied_total is not null and kind != 'dfs'

),

followed as (

    select
        *,
        lag(lowest_log_odds) over set_history as lowest_before,
        lag(highest_log_odds) over set_history as highest_before,
        lag(fair_1) over set_history as fair_before,
        lag(set_point) over set_history as point_before,
        lag(valid_from) over set_history as before_from,
        lag(valid_to) over set_history as before_to
    from sets
    window set_history as (
        partition by
            event_id,
            bookmaker_key,
            market_key,
            outcome_description,
            case when market_key in ('h2h', 'spreads', 'totals') then 0 else set_point end
        order by valid_from, response_id collate "C"
    )

),

snapshots as (

    select
        event_id,
        response_id,
        captured_at,
        lag(captured_at) over (
            partition by event_id
            order by sequence_key collate "C"
        ) as captured_before
    from {{ known('int_event_snapshots') }}
    where is_listed and is_quoting and {{ within_events_to_validate('event_id') }}

),

jumped as (

    select followed.*
    from followed
    inner join rules
        on
            greatest(
                followed.lowest_log_odds - followed.highest_before,
                followed.lowest_before - followed.highest_log_odds
            ) > rules.threshold
    inner join snapshots
        on followed.event_id = snapshots.event_id and followed.response_id = snapshots.response_id
    where
        followed.before_to = followed.valid_from
        and followed.set_point is not distinct from followed.point_before
        -- in a day or two without a look at it any price may move as far
        and {{ minutes_between('snapshots.captured_before', 'snapshots.captured_at') }}
        <= rules.second_threshold

),

final as (

    select
        {{ finding(
            "'price_jump'",
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('jumped') ~ " || ': fair ' || " ~ number_text('fair_before', 3)
            ~ " || ' to ' || " ~ number_text('fair_1', 3),
            seen_at='valid_from',
            cause_at='before_from',
            until_at='valid_to'
        ) }}
    from jumped

)

select * from final
