{{ config(materialized='table') }}

{%- set months = [
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
    'November', 'December',
] %}
{%- set days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] %}

with

moments as (

    select first_seen_at as seen_at from {{ known('int_events') }}
    union all
    select starts_at as seen_at from {{ known('int_events') }}
    union all
    select as_of as seen_at from {{ ref('stg_run__clock') }}

),

-- whole years, as tools that compare a year with the last want them
bounds as (

    select
        cast(date_trunc('year', min(seen_at at time zone 'UTC')) as date) as first_date,
        cast(
            date_trunc('year', max(seen_at at time zone 'UTC')) + interval '1 year' as date
        ) as end_date
    from moments

),

dates as (

    select bounds.first_date + cast(numbers.day_number as integer) as date_day
    from bounds
    cross join generate_series(0, 36525) as numbers (day_number)
    where bounds.first_date + cast(numbers.day_number as integer) < bounds.end_date

),

parts as (

    select
        date_day,
        cast(extract(isodow from date_day) as integer) as day_of_week,
        cast(extract(month from date_day) as integer) as month_number
    from dates

),

final as (

    select
        date_day,
        cast(extract(year from date_day) as integer) as year_number,
        cast(extract(quarter from date_day) as integer) as quarter_number,
        month_number,
        case month_number
            {%- for month in months %}
            when {{ loop.index }} then '{{ month }}'
            {%- endfor %}
        end as month_name,
        cast(extract(day from date_day) as integer) as day_of_month,
        day_of_week,
        case day_of_week
            {%- for day in days %}
            when {{ loop.index }} then '{{ day }}'
            {%- endfor %}
        end as day_name,
        day_of_week > 5 as is_weekend,
        cast(extract(isoyear from date_day) as integer) as iso_year,
        cast(extract(week from date_day) as integer) as iso_week,
        date_day - (day_of_week - 1) as week_start_date,
        date_day - (day_of_week % 7) as us_week_start_date
    from parts

)

select * from final
