{#- every model with each of what it reads, itself too, as schema.name; what is no model ends there -#}
{% macro relation_edges() -%}
    {%- set names = {} -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed') -%}
        {%- do names.update({node.unique_id: node.schema ~ '.' ~ node.alias}) -%}
    {%- endfor -%}
    {%- for source in graph.sources.values() -%}
        {%- do names.update({source.unique_id: source.schema ~ '.' ~ source.identifier}) -%}
    {%- endfor -%}
    {%- set edges = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- set materialized = node.config.materialized -%}
        {%- set kind = materialized if materialized in ('view', 'ephemeral') else 'table' -%}
        {%- for input in [node.unique_id] + node.depends_on.nodes if not is_clock_of_none(node, input) -%}
            {%- do edges.append({
                'relation': names[node.unique_id], 'kind': kind, 'input': names[input],
                'is_hot': 'hot' in node.config.tags
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(edges) }}
{%- endmacro %}

{#- what holds back what came after a moment heeds the clock only where somebody asks for one -#}
{% macro is_clock_of_none(node, input) -%}
    {{ return(
        input.endswith('.stg_run__clock')
        and ('known' in node.tags or 'staging' in node.fqn)
        and not asked_as_of()
    ) }}
{%- endmacro %}
