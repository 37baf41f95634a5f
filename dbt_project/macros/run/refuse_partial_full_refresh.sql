{#- the hot chain remembers what it modelled: half of it rebuilt would disagree with the other half -#}
{% macro refuse_partial_full_refresh() -%}
    {%- if flags.FULL_REFRESH -%}
        {%- set chain = [] -%}
        {%- for node in graph.nodes.values() if 'hot' in node.config.tags -%}
            {%- do chain.append(node.unique_id in selected_resources) -%}
        {%- endfor -%}
        {%- if true in chain and false in chain -%}
            {{ exceptions.raise_compiler_error(
                'A full refresh of part of the hot chain would leave it at odds with itself: '
                ~ 'run `dbt build --full-refresh` without a selection.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
