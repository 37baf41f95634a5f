{{
    config(
        materialized='table',
        tags='hot',
        indexes=lookup_indexes(['response_seq'], ['event_id']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set ranges = payload_ranges(ref('int_responses_to_process')) -%}
{%- set lists_twice = batch_lists_twice(ref('int_responses_to_process')) -%}
{%- set lists_sports = batch_lists_sports(ref('int_responses_to_process')) -%}

with

responses as (

    select * from {{ ref('int_responses_to_process') }}

),

{% for part in ranges %}
documents_{{ loop.index }} as (

    {{ documents_of(
        'responses', captured_since=part[2], captured_until=part[3]
    ) }} and responses.response_seq between {{ part[0] }} and {{ part[1] }}

),

{% endfor %}
flattened as (

    {% for part in ranges -%}
    {{ flatten_odds('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- the quotes shown, and for each event listed a row without a book
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
    from quotes as events
    inner join responses
        on events.response_seq = responses.response_seq
    where
        events.bookmaker_key is null
        and responses.window_no > 0
        and responses.sport_key = 'upcoming'
        and case
            when responses.window_sport_key is not null
                then coalesce(events.sport_key, '') != responses.window_sport_key
            else events.sport_key in (select responses.window_sport_key from responses)
        end

),

{% endif -%}
final as (

    select
        {{ quote_columns() }},
        case when bookmaker_key is null then sport_key end as sport_key,
        case when bookmaker_key is null then commence_time end as commence_time,
        case when bookmaker_key is null then home_team end as home_team,
        case when bookmaker_key is null then away_team end as away_team
    from {{ 'listed_once' if lists_twice else 'quotes' }}
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
