{#- closes with what their responses said of them, of the CTEs `judged` and `stamps` -#}
{% macro written_closes() -%}
    select
        {{ quote_key('judged') }},
        judged.sport_key,
        judged.starts_at,
        judged.missing_reason,
        case
            when coalesce(judged.missing_reason, 'stale') in ('stale', 'withdrawn')
                then judged.is_aged_out
        end as is_aged_out,
        case when judged.missing_reason is null then judged.point end as point,
        case when judged.missing_reason is null then judged.american_price end as american_price,
        case when judged.missing_reason is null then judged.decimal_price end as decimal_price,
        stamps.captured_at,
        stamps.known_at,
        stamps.market_updated_at,
        case when judged.missing_reason is null then judged.minutes_before_start end
            as minutes_before_start,
        stamps.response_id
    from judged
    left join stamps
        on
            judged.close_response_id = stamps.response_id
            and {{ same_quote('judged', 'stamps') }}
{%- endmacro %}
