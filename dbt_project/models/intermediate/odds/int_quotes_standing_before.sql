{{ config(materialized='ephemeral') }}

{%- set log, known_events = previous_build('int_quote_changes'), previous_build('int_events') %}

{% if not log -%}
-- before the first response nothing stands
select
    cast(null as integer) as window_no,
    {{ quote_key() }},
    cast(null as text) as book_market_key
from {{ ref('int_odds_parsed') }}
where 1 = 0
{%- else -%}
{%- set since = carried_since(known_events) %}
with

windows as (

    {{ windows_of_batch() }}

),

-- whose quotes somebody may still speak about, and whatever is listed again
alive as (

    {{ events_carried(known_events) }}

),

ranked as (

    select
        alive.window_no,
        alive.sport_key as window_sport_key,
        alive.since_at,
        changes.*,
        {{ sequence_key('changes.valid_from', 'changes.response_id') }} as shown_key,
        row_number() over (
            partition by alive.window_no, {{ quote_key('changes') }}
            order by changes.valid_from desc, changes.response_id collate "C" desc
        ) as recency_rank
    from {{ log }} as changes
    inner join alive
        on changes.event_id = alive.event_id and changes.valid_from < alive.since_at
    where changes.valid_from >= cast('{{ since }}' as timestamp with time zone)

),

final as (

    select
        *,
        {{ base_market('market_key') }} as base_market_key,
        {{ regions_of('request_kind') }} as regions,
        max(shown_key) over (
            partition by window_no, event_id, bookmaker_key, market_key
        ) as book_market_key
    from ranked
    where recency_rank = 1 and not is_withdrawn

)

select * from final
{%- endif %}
