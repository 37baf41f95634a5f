{{ config(materialized='ephemeral') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

responses as (

    select * from {{ ref('int_responses_unchecked') }}

),

stamps as (

    select * from {{ ref('int_stamps_unchecked') }}

),

-- what the snapshot before showed of games that are still to come in this one
before as (

    select
        responses.response_seq,
        responses.response_id,
        responses.sport_key,
        responses.captured_at,
        stamps.event_id,
        stamps.bookmaker_key,
        stamps.market_key
    from responses
    inner join responses as previous
        on responses.previous_response_id = previous.response_id
    inner join stamps
        on previous.response_seq = stamps.response_seq
    inner join {{ known('int_event_snapshots') }} as snapshots
        on responses.response_id = snapshots.response_id and stamps.event_id = snapshots.event_id
    where responses.is_compared and snapshots.is_listed and not snapshots.is_in_play

),

-- most books show all they showed: only those that left something out are looked at closely
lacking as (

    select distinct
        before.response_seq,
        before.bookmaker_key
    from before
    left join stamps
        on
            before.response_seq = stamps.response_seq
            and before.event_id = stamps.event_id
            and before.bookmaker_key = stamps.bookmaker_key
            and before.market_key = stamps.market_key
    where stamps.event_id is null

),

compared as (

    select
        before.*,
        case when stamps.event_id is null then 0 else 1 end as is_shown,
        max(case when stamps.event_id is null then 0 else 1 end) over (
            partition by before.response_seq, before.event_id, before.bookmaker_key
        ) as is_book_shown
    from before
    inner join lacking
        on
            before.response_seq = lacking.response_seq
            and before.bookmaker_key = lacking.bookmaker_key
    left join stamps
        on
            before.response_seq = stamps.response_seq
            and before.event_id = stamps.event_id
            and before.bookmaker_key = stamps.bookmaker_key
            and before.market_key = stamps.market_key

),

books as (

    select
        'missing_book' as rule_id,
        response_id,
        sport_key,
        captured_at,
        bookmaker_key,
        cast(null as text) as market_key,
        count(distinct event_id) as events_before
    from compared
    group by response_id, sport_key, captured_at, bookmaker_key
    having max(is_shown) = 0

),

markets as (

    select
        'missing_market' as rule_id,
        response_id,
        sport_key,
        captured_at,
        bookmaker_key,
        market_key,
        count(*) as events_before
    from compared
    where is_book_shown = 1
    group by response_id, sport_key, captured_at, bookmaker_key, market_key
    having max(is_shown) = 0

),

missing as (

    select * from books
    union all
    select * from markets

),

final as (

    select
        {{ finding(
            'missing.rule_id',
            sport_key='missing.sport_key',
            bookmaker_key='missing.bookmaker_key',
            market_key='missing.market_key',
            sample="'on ' || cast(missing.events_before as text) || ' games to come in the snapshot before'",
            seen_at='missing.captured_at'
        ) }},
        missing.response_id
    from missing
    inner join rules
        on missing.rule_id = rules.rule_id and missing.events_before >= rules.threshold

)

select * from final
