{{ config(materialized='ephemeral') }}

with

slotted as (

    {{ slotted_quotes(ref('int_quotes_unchecked')) }}

),

judged as (

    select
        slotted.*,
        case
            -- fields and one-sided markets name whom they please
            when slotted.outcome_count is null then null
            when slotted.slot is null or slotted.slot > slotted.outcome_count
                then 'unmatched_outcome_name'
            when
                slotted.point is null
                and markets.outcome_set in ('mirrored_points', 'over_under')
                then 'missing_point'
        end as rule_id
    from slotted
    inner join {{ ref('markets') }} as markets
        on slotted.market_key = markets.market_key

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=outcome_text('judged') ~ " || case rule_id
            when 'missing_point' then ': no point'
            else ': not an outcome of this market here'
        end",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from judged
    where rule_id is not null

)

select * from final
