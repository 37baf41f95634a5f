{#-
    What bets are judged by: of each outcome at each point, and moment, the price of the sharp, else
    the consensus. `consensus` is by the default method of its kind of market, `fair` the prices of
    the books; both relations have a `moment`.
-#}
{% macro references_of(consensus, fair) -%}
    {#- a line the sharp left behind, or one book held, is no market: a bet there would judge itself -#}
    select
        {{ reference_columns() }},
        moment
    from (
        select
            *,
            main_rank = 1 as is_main_line,
            max(case when reference_source = 'sharp' then 1 else 0 end) over (
                partition by event_id, moment, market_key, outcome_name, outcome_description
            ) as has_sharp
        from (
            select
                consensus.event_id,
                consensus.moment,
                consensus.market_key,
                consensus.outcome_name,
                consensus.outcome_description,
                consensus.point,
                consensus.method,
                case when consensus.sharp_probability is null then 'consensus' else 'sharp' end
                    as reference_source,
                consensus.sharp_bookmaker_key,
                -- what the sharp book asked, its margin still in it
                sharp.decimal_price as sharp_decimal_price,
                coalesce(consensus.sharp_probability, consensus.fair_probability) as fair_probability,
                consensus.source_count,
                -- the line of the moment: the sharp's, else the one most sources had, nearest to even
                row_number() over (
                    partition by
                        consensus.event_id,
                        consensus.moment,
                        consensus.market_key,
                        consensus.outcome_name,
                        consensus.outcome_description
                    order by
                        sharp_references.priority asc nulls last,
                        consensus.source_count desc,
                        {{ nine_digits('abs(consensus.fair_probability - 0.5)') }} asc,
                        consensus.point asc nulls last
                ) as main_rank
            from {{ consensus }} as consensus
            left join {{ fair }} as sharp
                on
                    {{ same_outcome('consensus', 'sharp') }}
                    and consensus.sharp_bookmaker_key = sharp.bookmaker_key
            left join {{ ref('sharp_references') }} as sharp_references
                on consensus.sharp_bookmaker_key = sharp_references.bookmaker_key
        ) as opinions
    ) as compared
    where reference_source = 'sharp' or (has_sharp = 0 and source_count > 1)
{%- endmacro %}

{#- a consensus, by the default method of each sport and kind of market alone -#}
{% macro by_default_method(consensus) -%}
    select consensus.*
    from {{ consensus }} as consensus
    inner join {{ ref('int_events_labelled') }} as events
        on consensus.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on consensus.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
            and consensus.method = default_methods.method
{%- endmacro %}

{#-
    The score that the line of a reference (of `references_of`) expects of each game, kind of score and
    moment: where the curve of scores gives that line its probability.
-#}
{% macro expected_scores_of(references) -%}
    select
        lines.event_id,
        lines.moment,
        lines.sport_key,
        lines.score_kind,
        curves.centre + curves.centre_step * (lines.fair_probability - curves.fair_probability)
        / (curves.next_fair_probability - curves.fair_probability) as centre,
        curves.centre as curve_centre
    from (
        -- the line as the first outcome has it
        select
            events.event_id,
            events.sport_key,
            reference.moment,
            {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
            {{ threshold('markets', '2', 'reference.point') }} as threshold,
            reference.fair_probability
        from {{ references }} as reference
        inner join {{ known('int_events') }} as events
            on reference.event_id = events.event_id
        inner join {{ ref('markets') }} as markets
            on reference.market_key = markets.market_key
        where
            reference.is_main_line
            and markets.is_featured
            and reference.outcome_name in (events.home_team, 'Over')
    ) as lines
    inner join {{ ref('int_score_curves') }} as curves
        on
            lines.sport_key = curves.sport_key
            and lines.score_kind = curves.score_kind
            and lines.threshold = curves.threshold
            and curves.is_latest
    where
        lines.fair_probability >= curves.fair_probability
        and lines.fair_probability < curves.next_fair_probability
{%- endmacro %}

{#- the columns of `references_of` but for the moment -#}
{% macro reference_columns() -%}
    event_id,
    market_key,
    outcome_name,
    outcome_description,
    point,
    method,
    reference_source,
    sharp_bookmaker_key,
    sharp_decimal_price,
    fair_probability,
    source_count,
    is_main_line
{%- endmacro %}
