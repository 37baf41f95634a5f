-- What the last batch read from raw and what fct_odds expands from the change log are the same
-- quotes at the same prices. A row here was lost or invented between the payload and the log.
-- Looks at the newest day of the batch only: nothing may need to expand all of fct_odds.

{%- set batch = ref('int_responses_to_process') ~ ' where is_new and is_quoting' %}
{%- set a_day_before = "captured_at - interval '1 day'" %}
{%- set shown_since = (max_of(batch, a_day_before) if execute) or '1970-01-01' %}

with

batch as (

    select
        response_seq,
        response_id
    from {{ ref('int_responses_to_process') }}
    where
        is_new
        and is_quoting
        and captured_at > cast('{{ shown_since }}' as timestamp with time zone)

),

shown as (

    select
        batch.response_id,
        {{ quote_key('odds') }},
        odds.point,
        odds.american_price,
        odds.decimal_price,
        odds.is_in_play,
        odds.is_stale
    from {{ ref('int_odds_parsed') }} as odds
    inner join batch
        on odds.response_seq = batch.response_seq
    where odds.bookmaker_key is not null

),

expanded as (

    select
        response_id,
        {{ quote_key() }},
        point,
        american_price,
        decimal_price,
        is_in_play,
        is_stale
    from {{ ref('fct_odds') }}
    where
        captured_at > cast('{{ shown_since }}' as timestamp with time zone)
        and response_id in (select batch.response_id from batch)

),

lost as (

    select * from shown
    except
    select * from expanded

),

invented as (

    select * from expanded
    except
    select * from shown

),

final as (

    select
        *,
        'lost' as what
    from lost
    union all
    select
        *,
        'invented' as what
    from invented

)

select * from final
