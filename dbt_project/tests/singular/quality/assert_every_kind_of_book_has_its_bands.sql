-- A kind of book without a band for a kind of market would never be told that its margin is odd.
-- Fantasy operators pay fixed multiples, and a field is never complete: neither has bands.
with

kinds as (

    select kind from {{ ref('bookmakers') }}
    where kind != 'dfs'
    union
    select 'unknown' as kind

),

market_kinds as (

    select distinct market_kind from {{ ref('markets') }}
    where market_kind != 'outright'

)

select
    kinds.kind,
    market_kinds.market_kind
from kinds
cross join market_kinds
left join {{ ref('overround_bands') }} as bands
    on kinds.kind = bands.kind and market_kinds.market_kind = bands.market_kind
where bands.kind is null
