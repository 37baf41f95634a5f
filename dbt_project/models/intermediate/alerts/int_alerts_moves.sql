{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id in ('large_move', 'large_line_move')

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
    from {{ ref('int_quotes_shifted') }} as quotes
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
