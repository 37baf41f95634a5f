{{
    config(
        indexes=lookup_indexes(['response_seq']),
        pre_hook='{{ without_nested_loops() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set to_validate, batch = ref('int_responses_to_validate'), ref('int_responses_to_process') -%}
{%- set quotes = ref('int_odds_parsed') -%}
{%- set is_read = batch_holds(to_validate, batch) -%}
{%- set ranges = [] if is_read else payload_ranges(to_validate) -%}

with

responses as (

    select * from {{ to_validate }}
    where is_quoting

),

{% if is_read -%}
markets as (

    select distinct
        responses.response_seq,
        quotes.event_id,
        quotes.bookmaker_key,
        quotes.market_key,
        quotes.market_updated_at
    from responses
    inner join {{ batch }} as batch
        on responses.response_id = batch.response_id
    inner join {{ quotes }} as quotes
        on batch.response_seq = quotes.response_seq
    where quotes.commence_time is null

),

{% endif -%}
{% for part in ranges %}
documents_{{ loop.index }} as (

    {{ documents_of(
        'responses', captured_since=part[2], captured_until=part[3]
    ) }} and responses.response_seq between {{ part[0] }} and {{ part[1] }}

),

{% endfor %}
{% if ranges -%}
markets as (

    {% for part in ranges -%}
    {{ flatten_update_times('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{% endif -%}
shown as (

    select
        responses.response_seq,
        markets.event_id,
        markets.bookmaker_key,
        markets.market_key,
        markets.market_updated_at,
        {{ minutes_between('responses.captured_at', 'markets.market_updated_at') }} * 60
            as seconds_ahead
    from responses
    inner join markets
        on responses.response_seq = markets.response_seq
    where responses.is_compared

),

shown_before as (

    select
        responses.response_seq,
        markets.event_id,
        markets.bookmaker_key,
        markets.market_key,
        markets.market_updated_at,
        {{ minutes_between('previous.captured_at', 'markets.market_updated_at') }} * 60
            as seconds_ahead,
        -- false where this response lists the game no more
        coalesce(snapshots.is_listed and not snapshots.is_in_play, false) as is_to_come
    from responses
    inner join responses as previous
        on responses.previous_response_id = previous.response_id
    inner join markets
        on previous.response_seq = markets.response_seq
    left join {{ known('int_event_snapshots') }} as snapshots
        on responses.response_id = snapshots.response_id and markets.event_id = snapshots.event_id
    where responses.is_compared

),

final as (

    select
        coalesce(shown.response_seq, shown_before.response_seq) as response_seq,
        coalesce(shown.event_id, shown_before.event_id) as event_id,
        coalesce(shown.bookmaker_key, shown_before.bookmaker_key) as bookmaker_key,
        coalesce(shown.market_key, shown_before.market_key) as market_key,
        shown.response_seq is not null as is_shown,
        coalesce(shown_before.is_to_come, false) as is_to_come,
        shown.seconds_ahead,
        shown_before.seconds_ahead as previous_seconds_ahead,
        {{ minutes_between('shown.market_updated_at', 'shown_before.market_updated_at') }} * 60
            as seconds_back
    from shown
    full outer join shown_before
        on
            shown.response_seq = shown_before.response_seq
            and shown.event_id = shown_before.event_id
            and shown.bookmaker_key = shown_before.bookmaker_key
            and shown.market_key = shown_before.market_key

)

select * from final
