{#-
    The items of a parameter that names several: sorted, each once, null where it names none. A list
    that was landed as JSON, as other collectors write it, reads like one joined with commas.
-#}
{% macro sorted_list(comma_separated) -%}
    {{ return(adapter.dispatch('sorted_list')("translate(" ~ comma_separated ~ ", '[]\"', '')")) }}
{%- endmacro %}

{% macro default__sorted_list(comma_separated) -%}
    (
        select string_agg(distinct trim(item, ' '), ',' order by trim(item, ' '))
        from unnest(string_to_array({{ comma_separated }} collate "C", ',')) as items (item)
        where trim(item, ' ') != ''
    )
{%- endmacro %}

{% macro duckdb__sorted_list(comma_separated) -%}
    nullif(
        array_to_string(
            list_sort(list_distinct(list_filter(
                list_transform(
                    string_to_array({{ comma_separated }}, ','), lambda item: trim(item, ' ')
                ),
                lambda item: item != ''
            ))),
            ','
        ),
        ''
    )
{%- endmacro %}
