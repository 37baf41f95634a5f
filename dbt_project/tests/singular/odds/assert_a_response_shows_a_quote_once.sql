-- The key of fct_odds. A row here is a quote that stands in two states at once and is counted
-- twice. Looks at the newest day only: nothing may need to expand all of fct_odds.

{%- set processed = ref('int_processed_responses') %}
{%- set a_day_before = "captured_at - interval '1 day'" %}
{%- set shown_since = (max_of(processed, a_day_before) if execute) or '1970-01-01' %}

select
    {{ quote_key() }},
    response_id,
    count(*) as row_count
from {{ ref('fct_odds') }}
where captured_at > cast('{{ shown_since }}' as timestamp with time zone)
group by
    {{ quote_key() }},
    response_id
having count(*) > 1
