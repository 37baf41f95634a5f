with

bookmakers as (

    select * from {{ ref('bookmakers') }}

),

turned_up as (

    select bookmaker_key from {{ known('int_quote_changes') }}
    group by bookmaker_key

),

final as (

    select
        coalesce(bookmakers.bookmaker_key, turned_up.bookmaker_key) as bookmaker_key,
        coalesce(bookmakers.title, turned_up.bookmaker_key) as title,
        bookmakers.kind,
        bookmakers.regions,
        bookmakers.commission_rate,
        bookmakers.book_group,
        bookmakers.is_paid_plan_only,
        bookmakers.is_retired,
        bookmakers.bookmaker_key is not null as is_known,
        {{ is_my_book('coalesce(bookmakers.bookmaker_key, turned_up.bookmaker_key)') }}
            as is_my_book
    from bookmakers
    full outer join turned_up
        on bookmakers.bookmaker_key = turned_up.bookmaker_key

)

select * from final
