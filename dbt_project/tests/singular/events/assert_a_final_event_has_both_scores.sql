-- An event is final exactly when it has a final result, and shows its scores then and only then. A
-- row here would be settled without a score, or show a running score as the result.

select
    event_id,
    status,
    home_score,
    away_score
from {{ ref('dim_events') }}
where
    (status = 'final') != (home_score is not null)
    or (home_score is null) != (away_score is null)
