{{ config(materialized='ephemeral') }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_odds_batched') }}
{%- set ledger = earlier('int_modelled_responses') %}

with

quotes as (

    select distinct
        event_id,
        sport_key,
        starts_at,
        base_market_key,
        bookmaker_key,
        lane_regions
    from {{ ref('int_quotes_at_start') }}

),

responses as (

    select {{ scope_columns() }} from {{ ref('int_responses_batched') }}
    {%- if ledger %}
    union
    select {{ scope_columns() }} from {{ ledger }}
    where captured_at >= cast('{{ due_edges().first_seen_at }}' as timestamp with time zone)
    {%- endif %}

),

speaking as (

    select
        sport_key,
        coalesce(scope_event_id, '') as scope_event_id,
        bookmakers,
        regions,
        captured_at,
        sequence_key,
        unnest(string_to_array(markets, ',')) as market_key
    from responses
    where can_withdraw and not is_filtered

),

event_calls as (

    select distinct scope_event_id from speaking
    where scope_event_id != ''

),

-- a quote is spoken about through its book's name, or through the regions that last showed it
questions as (

    select distinct
        sport_key,
        '' as scope_event_id,
        base_market_key,
        lane_regions as regions,
        case when lane_regions is null then bookmaker_key end as bookmaker_key,
        starts_at
    from quotes
    union
    select distinct
        sport_key,
        '' as scope_event_id,
        base_market_key,
        cast(null as text) as regions,
        bookmaker_key,
        starts_at
    from quotes
    union
    select
        quotes.sport_key,
        quotes.event_id as scope_event_id,
        quotes.base_market_key,
        quotes.lane_regions as regions,
        case when quotes.lane_regions is null then quotes.bookmaker_key end as bookmaker_key,
        quotes.starts_at
    from quotes
    inner join event_calls
        on quotes.event_id = event_calls.scope_event_id
    union
    select
        quotes.sport_key,
        quotes.event_id as scope_event_id,
        quotes.base_market_key,
        cast(null as text) as regions,
        quotes.bookmaker_key,
        quotes.starts_at
    from quotes
    inner join event_calls
        on quotes.event_id = event_calls.scope_event_id

),

addressees as (

    select distinct
        sport_key,
        scope_event_id,
        base_market_key,
        regions,
        bookmaker_key
    from questions

),

timeline as (

    select
        addressees.*,
        speaking.captured_at as moment,
        speaking.sequence_key,
        1 as is_answer
    from addressees
    inner join speaking
        on
            addressees.sport_key = speaking.sport_key
            and addressees.scope_event_id = speaking.scope_event_id
            and addressees.base_market_key = speaking.market_key
            and case
                when addressees.bookmaker_key is not null
                    then addressees.bookmaker_key = any(string_to_array(speaking.bookmakers, ','))
                else
                    string_to_array(addressees.regions, ',')
                    <@ string_to_array(speaking.regions, ',')
            end
    union all
    select
        sport_key,
        scope_event_id,
        base_market_key,
        regions,
        bookmaker_key,
        starts_at as moment,
        cast(null as text) as sequence_key,
        0 as is_answer
    from questions

),

answered as (

    select
        *,
        -- at the very start the event is in play: the question comes before the answer
        max(sequence_key) over (
            partition by sport_key, scope_event_id, base_market_key, regions, bookmaker_key
            order by moment, is_answer
            rows between unbounded preceding and current row
        ) as last_key
    from timeline

),

final as (

    select
        quotes.event_id,
        quotes.base_market_key,
        quotes.bookmaker_key,
        coalesce(quotes.lane_regions, '-') as lane_regions,
        max(answered.last_key) as last_key
    from quotes
    inner join answered
        on
            quotes.sport_key = answered.sport_key
            and answered.scope_event_id in ('', quotes.event_id)
            and quotes.base_market_key = answered.base_market_key
            and quotes.starts_at = answered.moment
            and answered.is_answer = 0
            and (
                quotes.bookmaker_key = answered.bookmaker_key
                or quotes.lane_regions = answered.regions
            )
    group by
        quotes.event_id,
        quotes.base_market_key,
        quotes.bookmaker_key,
        coalesce(quotes.lane_regions, '-')

)

select * from final
