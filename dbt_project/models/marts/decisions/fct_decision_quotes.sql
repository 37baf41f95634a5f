{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id'], ['moment']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

decisions as (

    select
        *,
        decided_at as moment_at
    from {{ ref('int_decision_moments') }}

),

quotes as (

    {{ quotes_standing_at('decisions', ref('fct_quote_states'), ref('fct_event_sightings')) }}

),

final as (

    select
        {{ quote_key('quotes') }},
        decisions.sport_key,
        decisions.home_team,
        decisions.away_team,
        quotes.moment,
        quotes.moment_at as decided_at,
        decisions.commence_time,
        quotes.point,
        quotes.american_price,
        quotes.decimal_price,
        quotes.captured_at,
        quotes.valid_from,
        quotes.market_updated_at,
        quotes.response_id,
        -- sorting by text costs a backtest more than anything else it reads
        row_number() over (
            order by
                quotes.moment_at,
                quotes.event_id collate "C",
                quotes.market_key collate "C",
                quotes.outcome_description collate "C" nulls first,
                quotes.outcome_name collate "C",
                quotes.point nulls first,
                quotes.bookmaker_key collate "C",
                quotes.moment collate "C"
        ) as offer_number
    from quotes
    inner join decisions
        on quotes.event_id = decisions.event_id and quotes.moment = decisions.moment

)

select * from final
