{{
    config(
        materialized='incremental',
        indexes=lookup_indexes(['response_id'], ['load_id']),
        pre_hook='{{ without_nested_loops() }}',
        post_hook='{{ gathered_statistics() }}',
        incremental_strategy='delete+insert',
        unique_key='response_id',
    )
}}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

thresholds as (

    select
        max(case when rule_id = 'market_updated_in_future' then threshold end) as seconds_ahead,
        max(case when rule_id = 'market_updated_out_of_order' then threshold end) as seconds_back
    from rules

),

responses as (

    select * from {{ ref('int_responses_to_validate') }}
    where is_compared

),

markets as (

    select
        markets.*,
        responses.response_id,
        responses.sport_key,
        responses.captured_at
    from {{ ref('int_update_times_compared') }} as markets
    inner join responses
        on markets.response_seq = responses.response_seq

),

mistimed as (

    select
        markets.*,
        case
            when markets.seconds_ahead > thresholds.seconds_ahead then 'market_updated_in_future'
            when
                markets.seconds_back > thresholds.seconds_back
                -- after a time in the future the right one only looks as if it went back
                and markets.previous_seconds_ahead <= thresholds.seconds_ahead
                then 'market_updated_out_of_order'
        end as rule_id
    from markets
    cross join thresholds

),

-- most books show all they showed: only those that left something out are looked at closely
lacking as (

    select distinct
        response_seq,
        bookmaker_key
    from markets
    where is_to_come and not is_shown

),

to_come as (

    select
        markets.*,
        max(case when markets.is_shown then 1 else 0 end) over (
            partition by markets.response_seq, markets.event_id, markets.bookmaker_key
        ) = 1 as is_book_shown
    from markets
    inner join lacking
        on
            markets.response_seq = lacking.response_seq
            and markets.bookmaker_key = lacking.bookmaker_key
    where markets.is_to_come

),

missing as (

    select
        'missing_book' as rule_id,
        response_id,
        sport_key,
        captured_at,
        bookmaker_key,
        cast(null as text) as market_key,
        count(distinct event_id) as events_before
    from to_come
    group by response_id, sport_key, captured_at, bookmaker_key
    having max(case when is_shown then 1 else 0 end) = 0
    union all
    select
        'missing_market' as rule_id,
        response_id,
        sport_key,
        captured_at,
        bookmaker_key,
        market_key,
        count(*) as events_before
    from to_come
    where is_book_shown
    group by response_id, sport_key, captured_at, bookmaker_key, market_key
    having max(case when is_shown then 1 else 0 end) = 0

),

found as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample="case rule_id
            when 'market_updated_in_future'
                then " ~ number_text('seconds_ahead', 0) ~ " || ' s after the capture'
            else " ~ number_text('seconds_back', 0) ~ " || ' s before the update in the snapshot before'
        end",
            seen_at='captured_at'
        ) }},
        response_id
    from mistimed
    where rule_id is not null
    union all
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
    union all
    -- a response without findings has a row too: it is the ledger of what the rules have looked at
    select
        {{ finding(
            'cast(null as text)',
            sample='cast(null as text)',
            seen_at='cast(null as timestamp with time zone)',
            times='0'
        ) }},
        response_id
    from responses

),

final as (

    select
        found.*,
        -- who looks back must not tick off what is still to be looked at
        {{ "cast('' as text)" if looks_back() else 'responses.load_id' }} as load_id
    from found
    inner join responses
        on found.response_id = responses.response_id

)

select * from final
