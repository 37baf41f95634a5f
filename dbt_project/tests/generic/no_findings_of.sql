{#- fails for every finding of one quality rule -#}
{% test no_findings_of(model, rule_id) %}

select
    finding_id,
    event_id,
    bookmaker_key,
    market_key,
    sample,
    finding_count
from {{ model }}
where rule_id = '{{ rule_id }}'

{% endtest %}
