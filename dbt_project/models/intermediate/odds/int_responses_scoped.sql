{{ config(materialized="view") }}

with

set_aside as (

    select response_id from {{ ref('stg_collector__quarantined_responses') }}
    where is_set_aside

),

responses as (

    select * from {{ ref('stg_odds_api__responses') }}
    where
        is_complete
        and endpoint_kind in ('odds', 'event_odds', 'events', 'scores')
        and response_id not in (select set_aside.response_id from set_aside)

),

flagged as (

    select
        *,
        endpoint_kind in ('odds', 'event_odds') as is_quoting,
        endpoint_kind in ('odds', 'event_odds') and sport_key != 'upcoming' as can_withdraw,
        coalesce(event_ids, '') != ''
        or commence_time_from is not null
        or commence_time_to is not null as is_filtered

    from responses

),

scoped as (

    select
        response_id,
        load_id,
        endpoint_kind,
        sport_key,
        case when endpoint_kind = 'event_odds' then event_id end as scope_event_id,
        odds_format,
        case when is_quoting then coalesce(nullif(markets, ''), 'h2h') end as markets,
        nullif(bookmakers, '') as bookmakers,
        -- named books win over regions when both are sent
        case when nullif(bookmakers, '') is null then coalesce(regions, '') end as regions,
        event_ids,
        commence_time_from,
        commence_time_to,
        -- such a request speaks for what it lists and for little else: a request_kind of its own
        case
            when nullif(bookmakers, '') is null then 'regions:' || coalesce(regions, '')
            else 'bookmakers'
        end
        || case when is_filtered or sport_key = 'upcoming' then '#' || response_id else '' end
            as request_kind,
        is_historical,
        is_quoting,
        can_withdraw,
        is_filtered,
        event_count,
        coalesce(reading_notes like '%"listed_twice"%', false) as lists_twice,
        captured_at,
        known_at,
        {{ sequence_key('captured_at', 'response_id') }} as sequence_key

    from flagged

),

final as (

    select
        *,
        md5(concat_ws(
            '|',
            case when is_quoting then 'quotes' else endpoint_kind end,
            sport_key,
            coalesce(scope_event_id, ''),
            coalesce(markets, ''),
            coalesce(bookmakers, ''),
            request_kind
        )) as scope_id

    from scoped

)

select * from final
