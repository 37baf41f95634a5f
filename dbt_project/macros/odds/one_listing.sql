{#-
    Quotes of which none is listed twice in one response, of `quotes` with the columns of
    priced_quotes. Sides stay together: of several listings of one set the one with the larger
    overround counts whole, of several lines of a market that has one the better balanced. What is
    listed once belongs to every listing of its line.
-#}
{% macro one_listing(quotes) -%}
    {%- set set_key = 'response_seq, event_id, bookmaker_key, market_key, outcome_description, abs(line)' -%}
    select
        {{ quote_columns() }},
        sport_key,
        commence_time,
        home_team,
        away_team
    from {{ quotes }}
    where listing is null
    union all
    select
        {{ quote_columns() }},
        sport_key,
        commence_time,
        home_team,
        away_team
    from (
        select
            *,
            rank() over (
                partition by {{ set_key }}, is_shared
                order by
                    outcome_count desc,
                    case when has_other_lines then implied_most - implied_least end nulls last,
                    {{ nine_digits('implied_total') }} desc,
                    listing
            ) as listing_rank
        from (
            select
                *,
                count(*) over listings as outcome_count,
                sum(implied) over listings as implied_total,
                max(implied) over listings as implied_most,
                min(implied) over listings as implied_least
            from (
                select
                    *,
                    max(listing) over (
                        partition by response_seq, {{ quote_key() }}
                    ) = 1 and not has_other_lines as is_shared
                from (
                    select
                        *,
                        coalesce({{ implied_probability('decimal_price') }}, 0) as implied,
                        coalesce(
                            max(abs(point)) over (partition by {{ set_key }})
                            > min(abs(point)) over (partition by {{ set_key }}),
                            false
                        ) as has_other_lines
                    from {{ quotes }}
                    where listing is not null
                ) as lined
            ) as shared
            window listings as (partition by {{ set_key }}, is_shared, listing)
        ) as listed
    ) as ranked
    where is_shared or listing_rank = 1
{%- endmacro %}
