{#-
    What could be taken at a past moment is valued once, and again where that changed: an answer of
    then came late, a start was announced otherwise, a setting is another. Such moments go through the
    models that value what stands now, in the transaction of the one that keeps what comes of it, so
    that nobody who reads the board meanwhile sees them, or waits for them.
-#}
{% macro begin_valuing() -%}
    {%- set valued = ref('int_moments_valued') -%}
    {%- if not flags.EMPTY -%}
    delete from {{ valued }}
    {%- if is_incremental() %}
    where (event_id, moment, fingerprint) not in ({{ decision_fingerprints() }})
    {%- endif %};
    insert into {{ valued }} (event_id, moment, fingerprint, is_to_value)
    select
        decided.event_id,
        decided.moment,
        decided.fingerprint,
        true as is_to_value
    from ({{ decision_fingerprints() }}) as decided
    left join {{ valued }} as valued
        on decided.event_id = valued.event_id and decided.moment = valued.moment
    where valued.event_id is null;
    {%- if is_incremental() %}
    delete from {{ this }}
    where (event_id, moment) not in (
        select valued.event_id, valued.moment from {{ valued }} as valued where not valued.is_to_value
    );
    {%- endif %}
    {{ gathered_statistics(valued) }}
    {%- endif -%}
{%- endmacro %}

{#- leaves the models to what stands now -#}
{% macro end_valuing() -%}
    {%- if not flags.EMPTY -%}
    update {{ ref('int_moments_valued') }} set is_to_value = false where is_to_value
    {%- endif -%}
{%- endmacro %}

{#- each event and moment with a hash of all that could be taken then, and of how it is valued -#}
{% macro decision_fingerprints() -%}
    select
        event_id,
        moment,
        md5('{{ valuing_settings() }}' || string_agg(
            concat_ws(
                '|',
                bookmaker_key,
                market_key,
                outcome_name,
                outcome_description,
                line,
                {{ sequence_key('decided_at', sequence_key('captured_at', 'response_id')) }}
            ),
            ';' order by offer_number
        )) as fingerprint
    from {{ ref('fct_decision_quotes') }}
    group by event_id, moment
{%- endmacro %}

{#- a hash of the settings, seeds and models by which offers are valued -#}
{% macro valuing_settings() -%}
    {%- set parts = [] -%}
    {%- for name in ('max_leg_age_minutes', 'my_books', 'reference_error') -%}
        {%- do parts.append([name, var(name)]) -%}
    {%- endfor -%}
    {%- for node in (graph.nodes.values() if execute else []) if
        node.resource_type == 'seed'
        or (node.resource_type == 'model' and node.config.group in ('edges', 'prices'))
    -%}
        {%- do parts.append([node.name, node.checksum.checksum]) -%}
    {%- endfor -%}
    {{ return(local_md5(tojson(parts | sort))) }}
{%- endmacro %}
