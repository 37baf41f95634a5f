{#- Newton's next share of insiders, on the sum of the fair prices; two outcomes need none -#}
{% macro devig_shin_step() -%}
    case
        when implied_3 is not null then insider_share + (shin_1 + shin_2 + shin_3 - 1) / (
            {%- for price in ['shin_1', 'shin_2', 'shin_3'] %}
            {{ '+ ' if not loop.first -}}
            {{ price }} * (1 - {{ price }})
            / (2 * (1 - insider_share) * {{ price }} + insider_share)
            {%- endfor %}
        )
    end
{%- endmacro %}
