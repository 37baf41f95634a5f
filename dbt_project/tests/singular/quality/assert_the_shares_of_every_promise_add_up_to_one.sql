-- Whatever could be expected is either held or missing for a reason. A sum other than 1 means that
-- something was counted twice, or dropped without a word.
select
    sport_key,
    what,
    sum(promised_share) as total_share,
    sum(row_count) as row_count,
    max(promised_count) as promised_count
from {{ ref('rpt_coverage') }}
group by sport_key, what
having abs(sum(promised_share) - 1) > 1e-9 or sum(row_count) != max(promised_count)
