with

closes as (

    select * from {{ ref('int_reference_closes') }}

),

final as (

    select
        event_id,
        market_key,
        outcome_name,
        outcome_description,
        point,
        method,
        reference_source,
        sharp_bookmaker_key,
        sharp_decimal_price,
        fair_probability,
        source_count,
        main_rank = 1 as is_main_line
    from closes

)

select * from final
