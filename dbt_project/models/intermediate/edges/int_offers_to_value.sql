{{ config(materialized='view') }}

with

standing as (

    select * from {{ ref('int_offers_standing') }}

),

decided as (

    select quotes.*
    from {{ ref('fct_decision_quotes') }} as quotes
    inner join {{ ref('int_moments_valued') }} as moments
        on quotes.event_id = moments.event_id and quotes.moment = moments.moment
    where moments.is_to_value

),

final as (

    select
        {{ quote_key() }},
        moment,
        moment_at,
        point,
        american_price,
        decimal_price,
        captured_at
    from standing
    union all
    select
        {{ quote_key() }},
        moment,
        decided_at as moment_at,
        point,
        american_price,
        decimal_price,
        captured_at
    from decided

)

select * from final
