{% macro sorted_list(comma_separated) -%}
    {{ return(adapter.dispatch('sorted_list')(comma_separated)) }}
{%- endmacro %}

{% macro default__sorted_list(comma_separated) -%}
    (
        select string_agg(distinct trim(item), ',' order by trim(item))
        from unnest(string_to_array({{ comma_separated }} collate "C", ',')) as items (item)
    )
{%- endmacro %}

{% macro duckdb__sorted_list(comma_separated) -%}
    array_to_string(
        list_sort(list_distinct(list_transform(
            string_to_array({{ comma_separated }}, ','), lambda item: trim(item)
        ))),
        ','
    )
{%- endmacro %}
