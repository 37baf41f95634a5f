{#- a flattened row with both prices, its flags, and the point where it is part of its key -#}
{% macro priced_quotes(flattened) -%}
    select
        response_seq,
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        case when {{ has_alternate_lines('market_key') }} then point end as line,
        point,
        case when is_decimal then {{ decimal_to_american('price') }} else cast(price as integer) end
            as american_price,
        case
            when not is_decimal then {{ american_to_decimal('price') }}
            -- nobody takes a bet that pays no more than the stake
            when price > 1 then price
        end as decimal_price,
        listing,
        market_updated_at,
        case when bookmaker_key is not null then captured_at >= commence_time end as is_in_play,
        case when bookmaker_key is not null then coalesce(market_updated_at < stale_before, false) end
            as is_stale,
        sport_key,
        commence_time,
        home_team,
        away_team
    from {{ flattened }}
    where event_id is not null and commence_time is not null
{%- endmacro %}
