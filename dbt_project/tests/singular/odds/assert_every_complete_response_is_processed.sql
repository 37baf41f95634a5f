-- The batch looks no further back than a day before the newest load it knows, so this looks
-- further: every complete response of that load or an older one is in the ledger. A row here is a
-- response that no later run will find; `dbt build --full-refresh` models it. Loads that ended
-- during this run are the next one's.

with

processed as (

    select
        response_id,
        load_id
    from {{ ref('int_processed_responses') }}

),

newest as (

    select max(load_id) as load_id from processed

),

final as (

    select
        responses.response_id,
        responses.endpoint_kind,
        responses.sport_key,
        responses.captured_at,
        responses.load_id
    from {{ ref('int_responses_scoped') }} as responses
    cross join newest
    left join processed
        on responses.response_id = processed.response_id
    where
        processed.response_id is null
        and (responses.load_id <= newest.load_id or newest.load_id is null)

)

select * from final
