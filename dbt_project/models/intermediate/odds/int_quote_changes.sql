{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id', 'valid_from'], ['valid_from']),
        pre_hook=['{{ tuned_session() }}', '{{ forget_rewritten_changes() }}'],
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='append',
    )
}}

-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_response_turns') }}

with

rewritten as (

    select * from {{ ref('int_quotes_compared') }}
    where is_rewritten and (is_changed or is_lane_changed)

),

withdrawn as (

    select * from {{ ref('int_quotes_withdrawn') }}

),

responses as (

    select * from {{ ref('int_responses_batched') }}

),

shown as (

    select
        {{ quote_key('rewritten') }},
        rewritten.point,
        rewritten.american_price,
        rewritten.decimal_price,
        responses.captured_at as valid_from,
        previous_responses.captured_at as previous_seen_at,
        responses.known_at,
        rewritten.market_updated_at,
        false as is_withdrawn,
        rewritten.is_stale,
        rewritten.is_in_play,
        false as is_aged_out,
        not rewritten.is_changed as is_resighting,
        responses.lane,
        responses.response_id
    from rewritten
    inner join responses
        on rewritten.response_seq = responses.response_seq
    left join responses as previous_responses
        on rewritten.last_standing_seq = previous_responses.response_seq

),

final as (

    select * from shown
    union all
    select * from withdrawn

)

select * from final
