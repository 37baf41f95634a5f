{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id', 'valid_from'], ['valid_from']),
        pre_hook=['{{ hot_session() }}', '{{ delete_superseded("valid_from") }}'],
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='append',
    )
}}

with

compared as (

    select * from {{ ref('int_quotes_compared') }}

),

responses as (

    select * from {{ ref('int_responses_to_process') }}

),

listed as (

    select * from {{ ref('int_events_listed') }}

),

shown as (

    select
        {{ quote_key('compared') }},
        compared.point,
        compared.american_price,
        compared.decimal_price,
        responses.captured_at as valid_from,
        compared.previous_seen_at,
        responses.known_at,
        compared.market_updated_at,
        false as is_withdrawn,
        compared.is_stale,
        compared.is_in_play,
        false as is_aged_out,
        not compared.is_changed as is_reshown,
        responses.request_kind,
        responses.response_id
    from compared
    inner join responses
        on compared.response_seq = responses.response_seq
    where compared.is_changed or compared.is_shown_otherwise

),

withdrawn as (

    select
        {{ quote_key('compared') }},
        compared.line as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        responses.captured_at as valid_from,
        compared.captured_at as previous_seen_at,
        responses.known_at,
        cast(null as timestamp with time zone) as market_updated_at,
        true as is_withdrawn,
        false as is_stale,
        responses.captured_at >= coalesce(listed.commence_time, compared.commence_time)
            as is_in_play,
        -- the API drops what it has not read for a while: a quote without a stamp may be such a one
        case when compared.market_updated_at is not null then compared.is_stale end as is_aged_out,
        false as is_reshown,
        compared.request_kind,
        responses.response_id
    from compared
    inner join responses
        on compared.ends_seq = responses.response_seq
    left join listed
        on compared.ends_seq = listed.response_seq and compared.event_id = listed.event_id
    where compared.is_withdrawn_next

),

final as (

    select * from shown
    union all
    select * from withdrawn

)

select * from final
