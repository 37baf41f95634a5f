{{ config(indexes=lookup_indexes(['bet_id'])) }}

with

bets as (

    select
        bets.*,
        events.scheduled_start_at,
        events.starts_at,
        case when {{ has_alternate_lines('bets.market_key') }} then bets.point end as line
    from {{ ref('int_bets_to_value') }} as bets
    inner join {{ known('int_events') }} as events
        on bets.event_id = events.event_id

),

of_bets as (

    select distinct event_id from bets

),

in_play as (

    select
        snapshots.event_id,
        min(snapshots.captured_at) as first_in_play_at
    from {{ known('int_event_snapshots') }} as snapshots
    inner join of_bets
        on snapshots.event_id = of_bets.event_id
    where snapshots.is_listed and snapshots.is_in_play
    group by snapshots.event_id

),

-- the last that the bet's own book said of the quote before the game was in play
last_words as (

    select
        *,
        row_number() over (
            partition by bet_id
            order by valid_from desc, response_id collate "C" desc
        ) as recency_rank
    from (
        select
            bets.bet_id,
            changes.valid_from,
            changes.previous_seen_at,
            changes.is_withdrawn,
            changes.response_id
        from bets
        inner join {{ ref('fct_odds_changes') }} as changes
            on {{ same_quote('bets', 'changes') }}
        left join in_play
            on bets.event_id = in_play.event_id
        where
            not changes.is_in_play
            and changes.valid_from < coalesce(in_play.first_in_play_at, bets.starts_at)
    ) as said

),

timed as (

    select
        bets.bet_id,
        bets.event_id,
        bets.starts_at,
        -- what was shown in play is no close
        least(bets.scheduled_start_at, in_play.first_in_play_at) as announced_at,
        in_play.first_in_play_at,
        case
            when last_words.is_withdrawn then last_words.previous_seen_at
            when last_words.bet_id is not null
                then coalesce(in_play.first_in_play_at, bets.starts_at) - interval '1 microsecond'
        end as removed_at
    from bets
    left join in_play
        on bets.event_id = in_play.event_id
    left join last_words
        on bets.bet_id = last_words.bet_id and last_words.recency_rank = 1

),

moments as (

    {%- for convention, moment_at in {
        'start': "starts_at - interval '1 microsecond'",
        'announced_start': "announced_at - interval '1 microsecond'",
        'in_play': "first_in_play_at - interval '1 microsecond'",
        'removal': 'removed_at',
    }.items() %}
    select
        bet_id,
        event_id,
        starts_at,
        '{{ convention }}' as convention,
        {{ moment_at }} as moment_at
    from timed
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

final as (

    select
        bet_id,
        event_id,
        convention,
        moment_at,
        -- the moment of the mart of closes has one more rule, and is worked out already
        case
            when moment_at = starts_at - interval '1 microsecond' then 'close'
            else cast(moment_at as text)
        end as moment
    from moments

)

select * from final
