{{
    config(
        materialized='table',
        tags='hot',
        indexes=lookup_indexes(['response_seq'], ['event_id']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set slices = payload_slices(ref('int_responses_batched')) -%}
{%- set lists_twice = batch_lists_twice(ref('int_responses_batched')) -%}
{%- set lists_sports = batch_lists_sports(ref('int_responses_batched')) -%}

with

responses as (

    select * from {{ ref('int_responses_batched') }}

),

{% for slice in slices %}
documents_{{ loop.index }} as (

    {{ documents_of(
        'responses', captured_since=slice[2], captured_until=slice[3]
    ) }} and responses.response_seq between {{ slice[0] }} and {{ slice[1] }}

),

{% endfor %}
events as (

    {% for slice in slices -%}
    {{ flatten_events('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

flattened as (

    {% for slice in slices -%}
    {{ flatten_odds('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

quotes as (

    {{ priced_quotes('flattened') }}

),

{% if lists_twice -%}
listed_once as (

    {{ one_listing('quotes') }}

),

{% endif -%}
{% if lists_sports -%}
-- an `upcoming` call stands in the window of each sport, with the events of that sport
of_other_windows as (

    select distinct
        events.response_seq,
        events.event_id
    from events
    inner join responses
        on events.response_seq = responses.response_seq
    where
        responses.window_no > 0
        and responses.sport_key = 'upcoming'
        and case
            when responses.window_sport_key is not null
                then coalesce(events.sport_key, '') != responses.window_sport_key
            else events.sport_key in (select responses.window_sport_key from responses)
        end

),

{% endif -%}
every_row as (

    select
        {{ quote_columns() }},
        cast(null as text) as sport_key,
        cast(null as timestamp with time zone) as commence_time,
        cast(null as text) as home_team,
        cast(null as text) as away_team
    from {{ 'listed_once' if lists_twice else 'quotes' }}
    union all
    select
        response_seq,
        event_id,
        cast(null as text) as bookmaker_key,
        cast(null as text) as market_key,
        cast(null as text) as outcome_name,
        cast(null as text) as outcome_description,
        cast(null as double precision) as line,
        cast(null as double precision) as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        cast(null as timestamp with time zone) as market_updated_at,
        cast(null as boolean) as is_in_play,
        cast(null as boolean) as is_stale,
        sport_key,
        commence_time,
        home_team,
        away_team
    from events
    where event_id is not null and commence_time is not null

),

final as (

    select * from every_row
    {%- if lists_sports %}
    where (response_seq, event_id) not in (
        select
            others.response_seq,
            others.event_id
        from of_other_windows as others
    )
    {%- endif %}

)

select * from final
