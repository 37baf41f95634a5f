{#-
    Before the rows of a window are appended, those that stand in it go, of an earlier run or of one that
    broke off: what came late changes its successors, and a change may no longer occur. Takes the column
    that says when a row was captured; `also` narrows it down.
-#}
{% macro delete_superseded(captured_at, also=none) -%}
    {%- if is_incremental() or not execute -%}
    delete from {{ this }}
    where
        {{ within_batch(captured_at) }}
        {%- if also %}
        and ({{ also }})
        {%- endif %}
        and exists (
            select 1
            from {{ ref('int_responses_to_process') }} as responses
            where
                responses.response_id = {{ this.identifier }}.response_id
                and (
                    responses.sport_key != 'upcoming'
                    or exists (
                        select 1 from {{ ref('int_odds_parsed') }} as listed
                        where
                            listed.response_seq = responses.response_seq
                            and listed.event_id = {{ this.identifier }}.event_id
                            and listed.bookmaker_key is null
                    )
                )
        )
    {%- endif -%}
{%- endmacro %}

{#- a literal bound around the batch's responses, so that DuckDB reads no more of a large table -#}
{% macro within_batch(column) -%}
    {%- set edges = batch_bounds() -%}
    {{ column }} between cast('{{ edges.first_at }}' as timestamp with time zone)
    and cast('{{ edges.last_at }}' as timestamp with time zone)
{%- endmacro %}

{#- first and last capture of the batch, as literals. Looks into the warehouse -#}
{% macro batch_bounds() -%}
    {%- set edges = {'first_at': '1970-01-01', 'last_at': '1970-01-01'} -%}
    {%- set captured = 'select min(captured_at), max(captured_at) from ' ~ ref('int_responses_to_process') -%}
    {%- for row in found(captured) if row[0] -%}
        {%- do edges.update({'first_at': row[0], 'last_at': row[1]}) -%}
    {%- endfor -%}
    {{ return(edges) }}
{%- endmacro %}

{#- snapshots are of the response alone, so only those of a run that broke off stand there wrongly -#}
{% macro new_or_delisted() -%}
    not is_listed
    or response_id in (
        select responses.response_id from {{ ref('int_responses_to_process') }} as responses
        where responses.is_new
    )
{%- endmacro %}
