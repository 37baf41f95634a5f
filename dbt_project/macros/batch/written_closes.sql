{#- closes with what their responses said of them, of the CTEs `classified` and `update_times` -#}
{% macro written_closes() -%}
    select
        {{ quote_key('classified') }},
        classified.sport_key,
        classified.starts_at,
        classified.missing_reason,
        case
            when coalesce(classified.missing_reason, 'stale') in ('stale', 'withdrawn')
                then classified.is_aged_out
        end as is_aged_out,
        case when classified.missing_reason is null then classified.point end as point,
        case when classified.missing_reason is null then classified.american_price end as american_price,
        case when classified.missing_reason is null then classified.decimal_price end as decimal_price,
        update_times.captured_at,
        update_times.known_at,
        update_times.market_updated_at,
        case when classified.missing_reason is null then classified.minutes_before_start end
            as minutes_before_start,
        update_times.response_id
    from classified
    left join update_times
        on
            classified.close_response_id = update_times.response_id
            and {{ same_quote('classified', 'update_times') }}
{%- endmacro %}
