{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id in ('large_move', 'large_line_move')

),

changes as (

    select
        changes.*,
        -- a price was last seen by the look before the one that showed another
        lead(changes.previous_seen_at) over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from, changes.response_id collate "C"
        ) as last_seen_at,
        changes.valid_from <= events.as_of - interval '1 hour' as is_earlier
    from {{ known('int_quote_changes') }} as changes
    inner join {{ ref('int_events_upcoming') }} as events
        on changes.event_id = events.event_id and changes.valid_from <= events.as_of
    inner join {{ ref('markets') }} as markets
        on changes.market_key = markets.market_key
    where
        markets.is_featured
        and not markets.is_lay
        and not changes.is_reshown

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ quote_key() }}, is_earlier
            order by valid_from desc, response_id collate "C" desc
        ) as recency_rank
    from changes
    where not is_stale and not is_in_play

),

-- what was withdrawn, then or now, has no price
paired as (

    select
        {{ quote_key() }},
        max(case when is_earlier then last_seen_at end) as moved_after_at,
        max(case when not is_earlier then valid_from end) as moved_at,
        max(case when not is_earlier then point end) as point,
        max(case when is_earlier then point end) as previous_point,
        max(case when not is_earlier then decimal_price end) as decimal_price,
        max(case when is_earlier then decimal_price end) as previous_decimal_price
    from ranked
    where recency_rank = 1
    group by {{ quote_key() }}

),

quotes as (

    select
        *,
        {{ points_clv('outcome_name', 'previous_point', 'point') }} as point_move,
        {{ implied_clv('previous_decimal_price', 'decimal_price') }} as probability_move
    from paired
    where decimal_price is not null and previous_decimal_price is not null

),

-- of each market one side gets shorter as the other one gets longer
shortened as (

    select
        quotes.event_id,
        quotes.market_key,
        quotes.outcome_name,
        quotes.moved_after_at,
        quotes.moved_at,
        quotes.previous_point,
        quotes.point,
        quotes.previous_decimal_price,
        quotes.decimal_price,
        rules.rule_id,
        coalesce(books.book_group, quotes.bookmaker_key) as book_group,
        case rules.rule_id
            when 'large_line_move' then quotes.point_move
            else quotes.probability_move
        end as moved_by
    from quotes
    inner join {{ ref('markets') }} as markets
        on quotes.market_key = markets.market_key
    inner join rules
        on
            case rules.rule_id
                when 'large_line_move' then quotes.point_move >= rules.threshold
                else
                    markets.market_kind = 'moneyline'
                    and quotes.probability_move >= rules.threshold
            end
    left join {{ ref('bookmakers') }} as books
        on quotes.bookmaker_key = books.bookmaker_key

),

-- one book alone may err: several make a move
moves as (

    select
        rule_id,
        event_id,
        market_key,
        outcome_name,
        count(distinct book_group) as group_count,
        min(moved_after_at) as moved_after_at,
        max(moved_at) as moved_at,
        avg(moved_by) as moved_by,
        avg(previous_point) as previous_point,
        avg(point) as point,
        avg(previous_decimal_price) as previous_decimal_price,
        avg(decimal_price) as decimal_price
    from shortened
    group by rule_id, event_id, market_key, outcome_name
    having count(distinct book_group) >= {{ var('steam_min_books') }}

),

final as (

    select
        {{ alert(
            'moves.rule_id',
            "concat_ws('|', moves.event_id, moves.market_key, moves.outcome_name)",
            "moves.market_key || ' moved to ' || moves.outcome_name || ': ' || "
            ~ game_name('events'),
            "cast(moves.group_count as text) || ' books since ' || "
            ~ moment_text('moves.moved_after_at') ~ " || ', on average from '
            || case when moves.rule_id = 'large_line_move' then "
            ~ number_text('moves.previous_point', 2) ~ " || ' to ' || " ~ number_text('moves.point', 2)
            ~ " else " ~ number_text('moves.previous_decimal_price', 3) ~ " || ' to ' || "
            ~ number_text('moves.decimal_price', 3) ~ " end || '; starts at '
            || " ~ moment_text('events.starts_at') ~ " || '.'",
            'moves.moved_at',
            'moves.moved_by',
            sport_key='events.sport_key',
            event_id='moves.event_id'
        ) }}
    from moves
    inner join {{ known('int_events') }} as events
        on moves.event_id = events.event_id

)

select * from final
