{#- a var that is misspelt would empty a report without a word -#}
{% macro refuse_bad_vars() -%}
    {%- set numbers = [
        'closing_max_age_minutes', 'stale_after_minutes', 'start_slack_minutes',
        'results_match_hours', 'relisted_within_days', 'events_per_slice', 'movement_wave_minutes', 'steam_min_books',
        'steam_minutes', 'steam_min_move', 'reverse_minutes', 'max_leg_age_minutes',
        'max_leg_gap_seconds', 'max_roi', 'min_ev', 'vote_error', 'kelly_share', 'kelly_cap',
        'low_hold_max', 'one_house_share', 'one_house_quotes',
        'max_middle_cost', 'min_games', 'prior_games',
        'close_lead_minutes', 'close_lead_max_minutes', 'close_lead_games',
    ] -%}
    {%- for name in numbers if var(name) is not number or var(name) is boolean -%}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': ' ~ var(name) ~ ' is not a number.'
        ) }}
    {%- endfor -%}
    {%- if var('strict_quality') is not boolean -%}
        {{ exceptions.raise_compiler_error('var strict_quality: give true or false.') }}
    {%- endif -%}
    {%- if var('my_books') -%}
        {{ refuse_unknown_books(var('my_books')) }}
    {%- endif -%}
{%- endmacro %}
