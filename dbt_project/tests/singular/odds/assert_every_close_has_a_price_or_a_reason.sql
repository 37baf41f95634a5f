-- A closing line is a price with its capture, or a reason and nothing else. A row here is neither
-- or both: a close whose update times were not found again, or a price where there should be none.

select
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    missing_reason
from {{ ref('fct_closing_lines') }}
where
    (
        missing_reason is null
        and (
            decimal_price is null
            or captured_at is null
            or known_at is null
            or minutes_before_start is null
            or response_id is null
        )
    )
    or (
        missing_reason is not null
        and (
            decimal_price is not null
            or american_price is not null
            or point is not null
            or captured_at is not null
            or minutes_before_start is not null
            or response_id is not null
        )
    )
