with

source as (

    select * from {{ source('ops', 'run_clock') }}

),

-- a reader may look from a moment of its own; where nobody asked, a view knows the time of reading
final as (

    select
        coalesce({{ session_moment() }}, as_of, current_timestamp) as as_of,
        coalesce({{ session_moment() }}, as_of) is not null as is_asked,
        built_at
    from source

)

select * from final
