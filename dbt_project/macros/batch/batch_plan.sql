{#-
    What this run has to model, found before its SQL is written, because DuckDB prunes by literals
    only. Returns
    `processed` the relation of what earlier runs processed, none on a first run or a full refresh,
    `floor`    the load id below which everything is modelled (a day of slack for a clock set back,
               more where something older was set aside and is released),
    `windows`  the stretches of time to model, each of one sport: `sport_key`, `since_at`, `until_at`
               unless it is open, and `looked_at`, the last look a day or more before it. What came in order makes a window that begins with it, from what stood
               then; what came late has everything after it modelled again, until nothing can differ.
-#}
{% macro batch_plan() -%}
    {%- set processed = previous_build('int_processed_responses') -%}
    {%- if not processed -%}
        {{ return({'processed': none, 'floor': '', 'windows': []}) }}
    {%- endif -%}
    {%- set known = (found(
        'select max(load_id), (select count(*) from ops.quarantined_responses where released_at is not null)'
        ~ ' from ' ~ processed
    ) or [[none, 0]])[0] -%}
    {%- set released = found(released_and_unprocessed(processed))[0][0] if known[1] -%}
    {%- if var('batch_again') -%}
        {%- set again = "(select * from " ~ processed ~ " where response_id != '" ~ var('batch_again') ~ "')" -%}
    {%- endif -%}
    {%- set floors = [(known[0] or 0) | float - 86400, (released or known[0] or 0) | float - 1] -%}
    {%- set floor = '%.6f' | format(floors | min) if known[0] and not again else '' -%}
    {%- set plan = {'processed': again or processed, 'floor': floor, 'windows': []} -%}
    {%- for arrived in found(arrivals_by_sport(plan)) -%}
        {%- do plan.windows.extend(windows_of_sport(arrived, plan)) -%}
    {%- endfor -%}
    {{ return(plan) }}
{%- endmacro %}

{#- the load id of the oldest response that was set aside, is released, and not modelled yet -#}
{% macro released_and_unprocessed(processed) -%}
    select min(load_id) from {{ ref('int_responses_scoped') }}
    where response_id in (
        select released.response_id from ops.quarantined_responses as released
        where
            released.released_at is not null
            and not exists (
                select 1 from {{ processed }} as processed
                where processed.response_id = released.response_id
            )
    )
{%- endmacro %}

{#-
    Per sport that new responses may list events of: when the first of them was captured, the last one
    that came late (something captured after it is modelled already), the first one that did not.
    `upcoming` calls list events of every sport, of those that nobody knows yet, too (sport_key null).
-#}
{% macro arrivals_by_sport(plan) -%}
    with

    arrived as (

        select sport_key, captured_at from ({{ unprocessed_responses(plan) }}) as unmodelled
        where is_quoting

    ),

    sports as (

        select distinct sport_key from {{ previous_build('int_events') }}

    ),

    arrivals as (

        select sport_key, captured_at from arrived
        where sport_key != 'upcoming'
        union all
        select sports.sport_key, arrived.captured_at
        from arrived
        cross join (select sport_key from sports union all select null) as sports
        where arrived.sport_key = 'upcoming'

    ),

    newest as (

        select
            sport_key,
            (
                select max(captured_at) from {{ plan.processed }} as processed
                where processed.sport_key in (asked.sport_key, 'upcoming') and processed.is_quoting
            ) as processed_until
        from (select distinct sport_key from arrivals where sport_key is not null) as asked

    )

    select
        arrivals.sport_key,
        min(arrivals.captured_at) as first_at,
        max(
            case when arrivals.captured_at <= newest.processed_until then arrivals.captured_at end
        ) as last_late_at,
        min(
            case
                when coalesce(arrivals.captured_at > newest.processed_until, true)
                    then arrivals.captured_at
            end
        ) as first_in_order_at,
        max(newest.processed_until) as processed_until
    from arrivals
    left join newest
        on arrivals.sport_key = newest.sport_key
    group by arrivals.sport_key
{%- endmacro %}

{#- the windows of one sport: what came late, what came in order, or both in one where they meet -#}
{% macro windows_of_sport(arrived, plan) -%}
    {#- a key that an `upcoming` call brought is a text from outside -#}
    {%- set sport_key = arrived['sport_key'] | replace("'", "''") if arrived['sport_key'] -%}
    {%- set late_until = none -%}
    {%- if arrived['last_late_at'] -%}
        {%- set late_until = found(settled_after(
            plan, sport_key, arrived['first_at'], arrived['last_late_at']
        ))[0][0] -%}
    {%- endif -%}
    {%- set is_apart = late_until and late_until < arrived['processed_until'] -%}
    {%- set windows = [] -%}
    {%- if is_apart -%}
        {%- do windows.append({
            'sport_key': sport_key, 'since_at': arrived['first_at'], 'until_at': late_until
        }) -%}
    {%- endif -%}
    {%- set open_since = arrived['first_in_order_at'] if is_apart else arrived['first_at'] -%}
    {%- if open_since -%}
        {%- do windows.append({
            'sport_key': sport_key, 'since_at': open_since, 'until_at': none
        }) -%}
    {%- endif -%}
    {%- for window in windows -%}
        {%- if window.sport_key -%}
            {%- do window.update({'looked_at': found(last_look(plan, sport_key, window.since_at))[0][0]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(windows) }}
{%- endmacro %}

{#- query: when a sport was last looked at, a day or more before a window -#}
{% macro last_look(plan, sport_key, since_at) -%}
    select max(captured_at) from {{ plan.processed }} as processed
    where
        sport_key = '{{ sport_key }}'
        and is_quoting
        and captured_at < cast('{{ since_at }}' as timestamp with time zone) - interval '1 day'
{%- endmacro %}

{#-
    By when late responses of a sport, the last of them captured at `late_at`, can make no difference
    any more: every book's market that anybody asked for by then has been asked for again (what is shown
    then stands alike, what is not is withdrawn alike), any other has been shown again, or its events are
    forgotten. None where that is not so by now.
-#}
{% macro settled_after(plan, sport_key, since_at, late_at) -%}
    {%- set late = "cast('" ~ late_at ~ "' as timestamp with time zone)" -%}
    with

    alive as (

        select
            event_id,
            first_seen_at,
            {{ forgotten_at('last_seen_at', 'scheduled_start_at') }} as forgotten_at
        from {{ previous_build('int_events') }}
        where
            sport_key = '{{ sport_key }}'
            and first_seen_at <= {{ late }}
            and {{ forgotten_at('last_seen_at', 'scheduled_start_at') }} >= coalesce(
                ({{ last_look(plan, sport_key, since_at) }}), first_seen_at
            )

    ),

    requests as (

        select distinct scope_event_id, markets, bookmakers, regions
        from {{ plan.processed }} as processed
        where
            is_quoting
            and sport_key in ('{{ sport_key }}', 'upcoming')
            and captured_at >= (select min(alive.first_seen_at) from alive)
            and captured_at <= {{ late }}
        union
        select scope_event_id, markets, bookmakers, regions
        from ({{ unprocessed_responses(plan) }}) as unmodelled
        where
            is_quoting
            and sport_key in ('{{ sport_key }}', 'upcoming')
            and captured_at <= {{ late }}

    ),

    book_markets as (

        select
            scope_event_id,
            regions,
            unnest(string_to_array(markets, ',')) as base_market_key,
            bookmaker_key
        from (
            select *, cast(null as text) as bookmaker_key from requests
            where bookmakers is null
            union all
            select *, unnest(string_to_array(bookmakers, ',')) as bookmaker_key from requests
            where bookmakers is not null
        ) as books

    ),

    later as (

        select
            scope_event_id,
            markets,
            bookmakers,
            regions,
            min(captured_at) as captured_at
        from {{ plan.processed }} as processed
        where
            sport_key = '{{ sport_key }}'
            and can_withdraw
            and not is_filtered
            and captured_at > {{ late }}
        group by scope_event_id, markets, bookmakers, regions

    ),

    asked_again as (

        select
            asked.*,
            (
                select min(later.captured_at) from later
                where
                    (later.scope_event_id is null or later.scope_event_id = asked.scope_event_id)
                    and {{ asks_for_book_market('later', 'asked') }}
            ) as asked_again_at
        from (select distinct * from book_markets) as asked

    ),

    -- a late response may show what nobody had asked for: whoever shows that next is compared with it
    unasked as (

        select min(changes.valid_from) as next_shown_at
        from {{ previous_build('int_quote_changes') }} as changes
        inner join alive
            on changes.event_id = alive.event_id
        where
            changes.valid_from > {{ late }}
            and not exists (
                select 1 from book_markets as asked
                where
                    {{ base_market('changes.market_key') }} = asked.base_market_key
                    and coalesce(asked.scope_event_id, changes.event_id) = changes.event_id
                    and coalesce(changes.bookmaker_key = asked.bookmaker_key, true)
                    and coalesce({{ regions_of('changes.request_kind') }} = asked.regions, true)
            )
        group by changes.event_id, changes.bookmaker_key, changes.market_key

    )

    select
        case
            when count(*) = count(asked_again_at)
                then greatest(max(asked_again_at), (select max(next_shown_at) from unasked))
            else (
                select min(processed.captured_at) + interval '1 day' from {{ plan.processed }} as processed
                where
                    processed.sport_key = '{{ sport_key }}'
                    and processed.is_quoting
                    and processed.captured_at
                    > (select greatest(max(alive.forgotten_at), {{ late }}) from alive)
            )
        end as settled_at
    from asked_again
{%- endmacro %}

{#-
    Until when anybody asks what became of a quote: long after it was last shown, and after the start
    that it was last shown with. Time in which nobody looked at its sport does not count: compared with
    this is the last look a day or more before (so that calls which go on one after another are one).
-#}
{% macro forgotten_at(shown_at, commence_time) -%}
    greatest({{ shown_at }}, {{ commence_time }}) + interval '{{ var("forgotten_after_days") }} days'
{%- endmacro %}
