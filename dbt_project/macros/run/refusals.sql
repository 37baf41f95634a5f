{#- a var whose name or value is misspelt would leave a default standing, or empty a report, without a word -#}
{% macro refuse_bad_vars() -%}
    {%- set numbers = [
        'closing_max_age_minutes', 'stale_after_minutes', 'forgotten_after_days',
        'start_slack_minutes',
        'results_match_hours', 'relisted_within_days', 'events_per_range', 'movement_wave_minutes', 'steam_min_books',
        'steam_minutes', 'steam_min_move', 'reverse_minutes', 'max_leg_age_minutes',
        'max_leg_gap_seconds', 'max_roi', 'min_ev', 'reference_error', 'kelly_share', 'kelly_cap',
        'low_hold_max', 'one_house_share', 'one_house_quotes',
        'max_middle_cost', 'min_games', 'prior_games',
        'placed_max_age_minutes', 'model_runs_kept_days',
        'close_lead_minutes', 'close_lead_max_minutes', 'close_lead_games',
    ] -%}
    {%- set others = [
        'as_of', 'batch_window', 'batch_again', 'my_books', 'strict_quality', 'bets_relation',
    ] -%}
    {%- for name in invocation_args_dict.get('vars') or {} if name not in numbers + others -%}
        {{ exceptions.raise_compiler_error(
            'var ' ~ name ~ ': there is no such var; they stand in dbt_project.yml.'
        ) }}
    {%- endfor -%}
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

{#- the seed says which books there are; before it is loaded for the first time nobody can tell -#}
{% macro refuse_unknown_books(books) -%}
    {%- if books is string -%}
        {{ exceptions.raise_compiler_error(
            'var my_books: give a list, for example [draftkings, fanduel].'
        ) }}
    {%- endif -%}
    {%- set seed = adapter.get_relation(
        database=target.database, schema='marts', identifier='bookmakers'
    ) -%}
    {%- if seed -%}
        {%- set known = found('select bookmaker_key from ' ~ seed) | map(attribute=0) | list -%}
        {%- for book in books if book not in known -%}
            {{ exceptions.raise_compiler_error(
                'var my_books: there is no book ' ~ book
                ~ '; the keys stand in dbt_project/seeds/bookmakers.csv.'
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- the hot chain adds to what it built: tables of an older version lack what it needs by now -#}
{% macro refuse_old_chain() -%}
    {%- set needed = {'int_events': 'believed_starts', 'int_quote_changes': 'request_kind'} -%}
    {%- for model, column in needed.items() if not flags.FULL_REFRESH -%}
        {%- set relation = adapter.get_relation(
            database=target.database, schema='intermediate', identifier=model
        ) -%}
        {%- if
            relation
            and column not in adapter.get_columns_in_relation(relation) | map(attribute='name') | list
        -%}
            {{ exceptions.raise_compiler_error(
                'This warehouse was built by an older version of the project. Nothing is lost: '
                ~ 'run `odds raw reread --no-build`, then `dbt build --full-refresh` once: it models '
                ~ 'everything anew from raw.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    The hot chain remembers what it processed: half of it rebuilt would disagree with the other half, and
    a response that its last table ticks off is never looked at again, whether the others took it in.
-#}
{% macro refuse_part_of_the_chain() -%}
    {%- set selected, left_out = [], [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and 'hot' in node.config.tags -%}
        {%- do (selected if node.unique_id in selected_resources else left_out).append(node.name) -%}
    {%- endfor -%}
    {%- if selected and left_out and flags.FULL_REFRESH -%}
        {{ exceptions.raise_compiler_error(
            'A full refresh of part of the hot chain would leave it at odds with itself: '
            ~ 'run `dbt build --full-refresh` without a selection.'
        ) }}
    {%- elif 'int_processed_responses' in selected and left_out -%}
        {{ exceptions.raise_compiler_error(
            'int_processed_responses ticks responses off for the whole hot chain, of which ' ~ left_out[0]
            ~ ' is not selected: they would be lost to it. Run `dbt build`, or select tag:hot.'
        ) }}
    {%- endif -%}
{%- endmacro %}
