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
