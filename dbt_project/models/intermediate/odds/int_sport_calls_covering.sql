{{ config(materialized='ephemeral') }}

with

responses as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting

),

showings as (

    select * from {{ ref('int_showings_begun') }}

),

-- calls of a whole sport cover alike what was asked for alike
asked as (

    select distinct
        window_no,
        sport_key,
        bookmaker_key,
        base_market_key,
        regions
    from showings

),

scopes as (

    select distinct
        window_no,
        scope_id,
        sport_key,
        markets,
        bookmakers,
        regions
    from responses
    where can_withdraw and not is_filtered and scope_event_id is null

),

covered as (

    select
        asked.window_no,
        asked.sport_key,
        asked.bookmaker_key,
        asked.base_market_key,
        asked.regions,
        string_agg(scopes.scope_id, ',' order by scopes.scope_id) as covering_scopes
    from asked
    inner join scopes
        on
            asked.window_no = scopes.window_no
            and asked.sport_key = scopes.sport_key
            and {{ asks_for_book_market('scopes', 'asked') }}
    group by
        asked.window_no,
        asked.sport_key,
        asked.bookmaker_key,
        asked.base_market_key,
        asked.regions

),

moments as (

    select
        window_no,
        response_seq,
        case when can_withdraw and not is_filtered and scope_event_id is null then scope_id end
            as scope_id
    from responses
    union all
    select distinct
        window_no,
        0 as response_seq,
        cast(null as text) as scope_id
    from responses

),

covering_sets as (

    select distinct
        window_no,
        covering_scopes
    from covered

),

timeline as (

    select
        covering_sets.window_no,
        covering_sets.covering_scopes,
        moments.response_seq,
        case
            when moments.scope_id = any(string_to_array(covering_sets.covering_scopes, ','))
                then moments.response_seq
        end as covering_seq
    from covering_sets
    inner join moments
        on covering_sets.window_no = moments.window_no

),

next_covering as (

    select
        window_no,
        covering_scopes,
        response_seq,
        min(covering_seq) over (
            partition by window_no, covering_scopes
            order by response_seq
            rows between 1 following and unbounded following
        ) as covering_seq
    from timeline

),

final as (

    select
        showings.*,
        next_covering.covering_seq
    from showings
    left join covered
        on
            showings.window_no = covered.window_no
            and showings.sport_key = covered.sport_key
            and showings.bookmaker_key = covered.bookmaker_key
            and showings.base_market_key = covered.base_market_key
            and coalesce(showings.regions, '') = coalesce(covered.regions, '')
    left join next_covering
        on
            covered.window_no = next_covering.window_no
            and covered.covering_scopes = next_covering.covering_scopes
            and showings.response_seq = next_covering.response_seq

)

select * from final
