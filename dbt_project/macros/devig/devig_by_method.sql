{#- CTEs that end in `by_method`: a row per method, nulls where it gives no probabilities -#}
{% macro devig_by_method(roots) -%}
    solved as (

        select
            {%- for method in devig_methods() %}
            {%- for outcome in [1, 2, 3] %}
            {{ context['devig_' ~ method](outcome) | indent(12) }} as {{ method }}_{{ outcome }},
            {%- endfor %}
            {%- endfor %}
            implied_3 is null as is_two_way,
            {{ overround('implied_sum') }} as overround
        from {{ roots }}
        {{ not_inlined() }}

    ),

    by_method as (
        {% for method in devig_methods() %}
        {%- set fair_1, fair_2, fair_3 = method ~ '_1', method ~ '_2', method ~ '_3' %}
        select
            '{{ method }}' as method,
            {%- for fair in [fair_1, fair_2, fair_3] %}
            case
                when {{ fair_1 }} > 0 and {{ fair_2 }} > 0 and (is_two_way or {{ fair_3 }} > 0)
                    and abs({{ fair_1 }} + {{ fair_2 }} + coalesce({{ fair_3 }}, 0) - 1) < 1e-9
                    then {{ fair }}
            end as fair_{{ loop.index }},
            {%- endfor %}
            overround
        from solved
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    )
{%- endmacro %}
