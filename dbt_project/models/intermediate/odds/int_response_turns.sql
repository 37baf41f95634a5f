{{
    config(
        materialized='table',
        tags='hot',
        indexes=lookup_indexes(['response_seq']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

with

responses as (

    select
        *,
        can_withdraw and not is_filtered as is_speaking,
        is_new or is_contested as is_rebuilt
    from {{ ref('int_responses_batched') }}
    where is_quoting

),

markets_asked as (

    select
        *,
        unnest(string_to_array(markets, ',')) as market_key
    from responses

),

{{ chained_markets('markets_asked') }},

-- a quote is spoken about through its book's name, or through the regions that last showed it
targets as (

    select distinct
        chain_sport_key,
        chain_event_id,
        market_key,
        regions,
        cast(null as text) as bookmaker_key
    from chained
    where regions is not null
    union
    select distinct
        chain_sport_key,
        chain_event_id,
        market_key,
        cast(null as text) as regions,
        unnest(string_to_array(bookmakers, ',')) as bookmaker_key
    from chained
    where bookmakers is not null

),

addressed as (

    select
        chained.chain_sport_key,
        chained.chain_event_id,
        chained.market_key,
        chained.response_seq,
        chained.is_rebuilt,
        targets.regions,
        targets.bookmaker_key,
        targets.regions is null or targets.regions = chained.regions as is_own_target,
        chained.is_speaking
        and case
            when targets.bookmaker_key is not null
                then targets.bookmaker_key = any(string_to_array(chained.bookmakers, ','))
            else
                string_to_array(targets.regions, ',') <@ string_to_array(chained.regions, ',')
        end as is_speaking
    from chained
    inner join targets
        on
            chained.chain_sport_key = targets.chain_sport_key
            and chained.chain_event_id = targets.chain_event_id
            and chained.market_key = targets.market_key

),

turns as (

    select
        *,
        min(case when is_speaking then response_seq end) over (
            partition by chain_sport_key, chain_event_id, market_key, regions, bookmaker_key
            order by response_seq desc
            rows between unbounded preceding and 1 preceding
        ) as next_seq,
        max(
            case when is_speaking then 2 * response_seq + case when is_rebuilt then 1 else 0 end end
        ) over (
            partition by chain_sport_key, chain_event_id, market_key, regions, bookmaker_key
            order by response_seq
            rows between unbounded preceding and 1 preceding
        ) as previous_turn
    from addressed

),

final as (

    select
        response_seq,
        chain_sport_key as sport_key,
        chain_event_id,
        market_key,
        coalesce(bookmaker_key, '') as bookmaker_key,
        next_seq,
        is_speaking,
        is_rebuilt or coalesce(previous_turn % 2 = 1, false) as is_rewritten
    from turns
    where is_own_target

)

select * from final
