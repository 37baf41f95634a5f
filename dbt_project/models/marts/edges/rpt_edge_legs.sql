{#- the report of each kind, what an edge of it is expected to pay, how many legs it can have -#}
{%- set reports = [
    ('positive_ev', 'rpt_positive_ev', 'ev_default', 1),
    ('arbitrage', 'rpt_arbitrage', 'guaranteed_roi', 3),
    ('middle', 'rpt_middles', 'expected_roi', 2),
    ('low_hold', 'rpt_low_hold', 'guaranteed_roi', 3),
] -%}

with

{% for edge_kind, report, worth, most_legs in reports -%}
{{ edge_kind }} as {{ materialized_cte() }} (

    select * from {{ ref(report) }}

),

{% endfor -%}
legs as (

    {% for edge_kind, report, worth, most_legs in reports -%}
    {%- for leg_no in range(1, most_legs + 1) %}
    {%- set leg = '_' ~ leg_no if most_legs > 1 else '' %}
    {{ 'union all' if not (loop.first and edge_kind == 'positive_ev') }}
    select
        '{{ edge_kind }}' as edge_kind,
        {{ leg_no }} as leg_no,
        event_id,
        sport_key,
        season,
        home_team,
        away_team,
        starts_at,
        {{ 'line_market_key' if most_legs > 1 else line_market('market_key') }} as line_market_key,
        outcome_description,
        {%- for column in leg_columns() %}
        {{ column ~ leg ~ ' as ' ~ column if leg else column }},
        {%- endfor %}
        {{ 'stake_share' ~ leg if most_legs > 1 else 'cast(1 as double precision)' }}
            as stake_share,
        {{ worth }} as edge_value,
        is_fresh,
        -- what tells the edge from the others of its kind
        md5(
            concat_ws(
                '|',
                '{{ edge_kind }}',
                event_id,
                {{ 'line_market_key' if most_legs > 1 else 'market_key' }},
                coalesce(outcome_description, ''),
                {% if most_legs == 1 -%}
                outcome_name,
                bookmaker_key,
                {%- endif %}
                coalesce({{ number_text('point' ~ ('_1' if most_legs > 1), 2) }}, ''),
                {{ "coalesce(" ~ number_text('point_2', 2) ~ ", '')" if most_legs > 1 else "''" }}
            )
        ) as edge_id
    from {{ edge_kind }}
    {%- if leg_no > 2 %}
    where outcome_name{{ leg }} is not null
    {%- endif %}
    {%- endfor %}
    {%- endfor %}

),

final as (

    select
        edge_id,
        edge_kind,
        leg_no,
        cast(count(*) over (partition by edge_id) as integer) as leg_count,
        event_id,
        sport_key,
        season,
        home_team,
        away_team,
        starts_at,
        line_market_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        bookmaker_key,
        american_price,
        net_decimal_price,
        age_minutes,
        stake_share,
        edge_value,
        is_fresh
    from legs

)

select * from final
