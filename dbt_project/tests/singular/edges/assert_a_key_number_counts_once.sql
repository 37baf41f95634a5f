-- A margin has one row for either side, or one for each; level games and totals one for either. A
-- row found here would count a score twice, or for nobody.
select
    sport_key,
    score_kind,
    score_value
from {{ ref('key_numbers') }}
group by sport_key, score_kind, score_value
having
    count(case when side = 'either' then 1 end) != case when count(*) = 1 then 1 else 0 end
    or (count(*) > 1 and (score_kind != 'margin' or score_value = 0))
