-- What do calls cost, by week and endpoint? What the API did not say is counted, not guessed.
select
    dates.week_start_date,
    fetches.endpoint,
    count(*) as calls,
    sum(fetches.credits_charged) as credits_charged,
    count(*) - count(fetches.credits_charged) as calls_of_unknown_cost
from {{ ref('fct_fetches') }} as fetches
inner join {{ ref('dim_dates') }} as dates
    on cast(fetches.requested_at at time zone 'UTC' as date) = dates.date_day
where fetches.origin != 'replay'
group by dates.week_start_date, fetches.endpoint
order by dates.week_start_date, fetches.endpoint
