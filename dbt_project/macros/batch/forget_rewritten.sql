{#-
    Before the differences of a batch are appended, those that stood at its new responses and at their
    successors go: an upsert would leave a change behind that no longer occurs.
-#}
{% macro forget_rewritten_changes() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where
        {{ within_batch('valid_from') }}
        and (
            exists (
                select 1
                from {{ ref('int_responses_batched') }} as responses
                where
                    responses.response_id = {{ this.identifier }}.response_id
                    and responses.is_new
            )
            or exists (
                select 1
                from {{ ref('int_responses_batched') }} as responses
                inner join {{ ref('int_response_turns') }} as turns
                    on responses.response_seq = turns.response_seq
                where
                    responses.response_id = {{ this.identifier }}.response_id
                    and not responses.is_contested
                    and turns.is_rewritten
                    and turns.market_key = {{ base_market(this.identifier ~ '.market_key') }}
                    and turns.bookmaker_key in ('', {{ this.identifier }}.bookmaker_key)
                    and turns.chain_event_id = coalesce(
                        (
                            -- where an event has calls of its own, they stand in its chain
                            select max(own.chain_event_id)
                            from {{ ref('int_response_turns') }} as own
                            where
                                own.chain_event_id = {{ this.identifier }}.event_id
                                and own.market_key = turns.market_key
                        ),
                        ''
                    )
            )
            or exists (
                select 1
                from {{ ref('int_responses_batched') }} as responses
                inner join {{ ref('int_odds_batched') }} as odds
                    on responses.response_seq = odds.response_seq
                where
                    responses.is_contested
                    and odds.event_id = {{ this.identifier }}.event_id
            )
        )
    {%- endif -%}
{%- endmacro %}

{#- sightings of the batch's new responses (a repeated batch), and absences that may have moved -#}
{% macro forget_rewritten_snapshots() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where
        {{ within_batch('captured_at') }}
        and exists (
            select 1
            from {{ ref('int_responses_batched') }} as responses
            where
                responses.response_id = {{ this.identifier }}.response_id
                and (
                    responses.is_new
                    or (
                        not {{ this.identifier }}.is_listed
                        and exists (
                            select 1 from {{ ref('int_response_turns') }} as turns
                            where turns.response_seq = responses.response_seq and turns.is_rewritten
                        )
                        and exists (
                            select 1 from {{ ref('int_odds_batched') }} as odds
                            where
                                odds.event_id = {{ this.identifier }}.event_id
                                and odds.bookmaker_key is null
                        )
                    )
                )
        )
    {%- endif -%}
{%- endmacro %}

{#- a literal bound around the batch's responses, so that DuckDB reads no more of a large table -#}
{% macro within_batch(column) -%}
    {%- set edges = batch_edges() -%}
    {{ column }} between cast('{{ edges.first_at }}' as timestamp with time zone)
    and cast('{{ edges.last_at }}' as timestamp with time zone)
{%- endmacro %}

{#- first and last capture of the batch, as literals. Looks into the warehouse -#}
{% macro batch_edges() -%}
    {%- set edges = {'first_at': '1970-01-01', 'last_at': '1970-01-01'} -%}
    {%- set captured = 'select min(captured_at), max(captured_at) from ' ~ ref('int_responses_batched') -%}
    {%- for row in found(captured) if row[0] -%}
        {%- do edges.update({'first_at': row[0], 'last_at': row[1]}) -%}
    {%- endfor -%}
    {{ return(edges) }}
{%- endmacro %}
