{{ config(materialized='ephemeral') }}

{%- set minutes_old = minutes_between('judged.market_updated_at', 'judged.valid_from') %}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

judged as (

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
    from {{ ref('int_quotes_unchecked') }} as quotes
    inner join {{ known('int_modelled_responses') }} as responses
        on quotes.response_id = responses.response_id

),

broken as (

    select
        judged.*,
        case judged.rule_id
            when 'impossible_price'
                then
                    coalesce(
                        cast(judged.american_price as text),
                        {{ number_text('judged.decimal_price', 3) }},
                        'no price'
                    )
            when 'stale_quote'
                then
                    'last read ' || {{ number_text(minutes_old, 0) }}
                    || ' minutes before it was shown'
            else 'decimal ' || {{ number_text('judged.decimal_price', 5) }}
        end as what
    from judged
    inner join rules
        on judged.rule_id = rules.rule_id
    where
        judged.rule_id != 'fractional_american_price'
        or abs({{ american_to_decimal('judged.american_price') }} - judged.decimal_price)
        > rules.threshold

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=outcome_text('broken') ~ " || ': ' || what",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from broken

)

select * from final
