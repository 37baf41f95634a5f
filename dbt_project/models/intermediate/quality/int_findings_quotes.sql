{{
    config(
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set minutes_old = minutes_between('classified.market_updated_at', 'classified.valid_from') %}

with

changes as (

    select
        *,
        lead(valid_from) over (
            partition by {{ quote_key() }}
            order by valid_from, response_id collate "C"
        ) as valid_to
    from {{ known('int_quote_changes') }}
    where not is_reshown and {{ within_events_to_validate('event_id') }}

),

quotes as (

    select
        changes.*,
        events.sport_key,
        changes.valid_from < events.starts_at as is_pre_match
    from changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id
    where not changes.is_withdrawn

),

classified as (

    select
        quotes.*,
        case
            when
                quotes.american_price > -100 and quotes.american_price < 100
                or quotes.american_price is null
                or quotes.decimal_price is null
                then 'impossible_price'
            when quotes.is_stale and quotes.is_pre_match then 'stale_quote'
            when responses.odds_format = 'american' then 'fractional_american_price'
        end as rule_id
    from quotes
    inner join {{ known('int_processed_responses') }} as responses
        on quotes.response_id = responses.response_id

),

prices as (

    select
        {{ finding(
            'classified.rule_id',
            sport_key='classified.sport_key',
            event_id='classified.event_id',
            bookmaker_key='classified.bookmaker_key',
            market_key='classified.market_key',
            sample=outcome_text('classified') ~ " || case classified.rule_id
            when 'impossible_price'
                then ': ' || coalesce(
                    cast(classified.american_price as text),
                    " ~ number_text('classified.decimal_price', 3) ~ ",
                    'no price'
                )
            when 'stale_quote'
                then ': last read ' || " ~ number_text(minutes_old, 0)
                ~ " || ' minutes before it was shown'
            else ': decimal ' || " ~ number_text('classified.decimal_price', 5) ~ "
        end",
            seen_at='classified.valid_from',
            cause_at='classified.valid_from',
            until_at='classified.valid_to'
        ) }},
        classified.event_id as validated_event_id
    from classified
    inner join {{ ref('quality_rules') }} as rules
        on classified.rule_id = rules.rule_id
    where
        classified.rule_id != 'fractional_american_price'
        or abs({{ american_to_decimal('classified.american_price') }} - classified.decimal_price)
        > rules.threshold

),

sides as (

    {{ quotes_with_sides('quotes') }}

),

outcomes as (

    select
        {{ finding(
            "case when sides.side_no <= sides.outcome_count then 'missing_point' else 'unmatched_outcome_name' end",
            sport_key='sides.sport_key',
            event_id='sides.event_id',
            bookmaker_key='sides.bookmaker_key',
            market_key='sides.market_key',
            sample=outcome_text('sides') ~ " || case
            when sides.side_no <= sides.outcome_count then ': no point'
            else ': not an outcome of this market here'
        end",
            seen_at='sides.valid_from',
            cause_at='sides.valid_from',
            until_at='sides.valid_to'
        ) }},
        sides.event_id as validated_event_id
    from sides
    inner join {{ ref('markets') }} as markets
        on sides.market_key = markets.market_key
    where
        -- null for fields and one-sided markets, which name whom they please
        sides.outcome_count is not null
        and (
            sides.side_no is null
            or sides.side_no > sides.outcome_count
            or sides.point is null
            and markets.outcome_set in ('mirrored_points', 'over_under')
        )

),

{% for seed, key in [('bookmakers', 'bookmaker_key'), ('markets', 'market_key')] -%}
unknown_{{ seed }} as (

    select
        {{ finding(
            "'unknown_" ~ seed[:-1] ~ "'",
            sample="'quoted on ' || quotes.event_id",
            seen_at='min(quotes.valid_from)',
            **{key: 'quotes.' ~ key}
        ) }},
        quotes.event_id as validated_event_id
    from quotes
    left join {{ ref(seed) }} as {{ seed }}
        on quotes.{{ key }} = {{ seed }}.{{ key }}
    where {{ seed }}.{{ key }} is null
    group by quotes.event_id, quotes.{{ key }}

),

{% endfor -%}
final as (

    select * from prices
    union all
    select * from outcomes
    union all
    select * from unknown_bookmakers
    union all
    select * from unknown_markets

)

select * from final
