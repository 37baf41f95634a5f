with

snapshots as (

    select * from {{ known('int_event_snapshots') }}
    where is_listed and is_quoting

),

requests as (

    select * from {{ known('int_processed_responses') }}

),

tiers as (

    select * from {{ ref('fetch_tiers') }}

),

changes as (

    select
        *,
        {{ base_market('market_key') }} as base_market_key,
        {{ sequence_key('valid_from', 'response_id') }} as from_key,
        lead({{ sequence_key('valid_from', 'response_id') }}) over (
            partition by {{ quote_key() }}
            order by valid_from, response_id collate "C"
        ) as to_key
    from {{ known('int_quote_changes') }}

),

-- a response shows what the log says it showed, and what stands of what it asked for, where a
-- request of its own kind was the last to show it
shown as (

    select
        changes.*,
        snapshots.response_id as shown_in_response_id,
        snapshots.captured_at,
        snapshots.known_at as shown_known_at,
        {{ minutes_between('snapshots.captured_at', 'snapshots.commence_time') }}
            as minutes_to_start
    from snapshots
    inner join requests
        on snapshots.response_id = requests.response_id
    inner join changes
        on
            snapshots.event_id = changes.event_id
            and snapshots.sequence_key >= changes.from_key
            and (snapshots.sequence_key < changes.to_key or changes.to_key is null)
            and not changes.is_withdrawn
            and (
                requests.response_id = changes.response_id
                or (
                    requests.request_kind = changes.request_kind
                    and changes.base_market_key = any(string_to_array(requests.markets, ','))
                    and (
                        requests.bookmakers is null
                        or changes.bookmaker_key = any(string_to_array(requests.bookmakers, ','))
                    )
                )
            )

),

final as (

    select
        {{ quote_key('shown') }},
        shown.point,
        shown.american_price,
        shown.decimal_price,
        {{ implied_probability('shown.decimal_price') }} as implied_probability,
        shown.captured_at,
        shown.shown_known_at as known_at,
        shown.minutes_to_start,
        tiers.tier as fetch_tier,
        shown.is_in_play,
        shown.is_stale,
        shown.shown_in_response_id as response_id
    from shown
    left join tiers
        on
            not shown.is_in_play
            and shown.minutes_to_start >= tiers.from_hours * 60
            and (shown.minutes_to_start < tiers.to_hours * 60 or tiers.to_hours is null)

)

select * from final
