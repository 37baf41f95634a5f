-- Nothing spooled is landed twice, not even by a crash that was repaired. A row here is a response
-- that stands in raw more than once: the models take one copy, but credits and sizes are counted
-- twice.
-- depends_on: {{ ref('int_processed_responses') }}

select
    response_id,
    count(*) as copy_count
from {{ source('raw', 'api_responses') }}
group by response_id
having count(*) > 1
