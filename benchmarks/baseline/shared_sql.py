"""Steps that read the same on both engines, over `raw_responses` and `quotes`.

They assume what holds in a recording: all calls of a sport ask for the same books and markets, so
that each speaks about everything the one before it showed. The pipeline assumes nothing of it.
"""

# ruff: noqa: S608 - the statements are made of constants of ours

KEY = "event_id, bookmaker_key, market_key, outcome_name, outcome_description"
CLOSING_MAX_AGE_MINUTES = 60


def _key_of(relation: str) -> str:
    return ", ".join(f"{relation}.{name}" for name in KEY.split(", "))


_KEY_OF_CHANGE = _key_of("quote_changes")
_KEY_OF_KEY = _key_of("keys")
_KEY_OF_NOTABLE = _key_of("notable")

EVENTS = """
create table events as
with ordered as (
    select
        *,
        row_number() over (partition by event_id order by seq desc) as last_rank,
        row_number() over (
            partition by event_id, captured_at >= commence_time order by seq desc
        ) as side_rank
    from snapshots
),
starts as (
    select
        event_id,
        max(sport_key) as sport_key,
        coalesce(
            max(case when captured_at < commence_time and side_rank = 1 then commence_time end),
            min(commence_time)
        ) as scheduled_start_at,
        min(case when captured_at >= commence_time then commence_time end) as in_play_start_at
    from ordered
    group by event_id
)
select *, least(scheduled_start_at, in_play_start_at) as starts_at
from starts
"""

# one pass: a quote that differs from the one before it, and a tombstone where the next snapshot
# that could have shown it did not
CHANGES = f"""
create table quote_changes as
with neighbours as (
    select
        *,
        lag(seq) over history as previous_seq,
        lag(price) over history as previous_price,
        lag(point) over history as previous_point,
        lag(is_stale) over history as previous_is_stale,
        lag(is_in_play) over history as previous_is_in_play,
        lead(seq) over history as next_seq
    from quotes
    window history as (partition by {KEY} order by seq)
),
notable as (
    select *
    from neighbours
    where
        previous_seq is null
        or previous_seq < seq - 1
        or price is distinct from previous_price
        or point is distinct from previous_point
        or is_stale is distinct from previous_is_stale
        or is_in_play is distinct from previous_is_in_play
        or next_seq is null
        or next_seq > seq + 1
)
select
    {KEY}, seq, captured_at as valid_from, market_updated_at, price, point, decimal_price,
    is_stale, is_in_play, false as is_withdrawn
from notable
where
    previous_seq is null
    or previous_seq < seq - 1
    or price is distinct from previous_price
    or point is distinct from previous_point
    or is_stale is distinct from previous_is_stale
    or is_in_play is distinct from previous_is_in_play
union all
select
    {_KEY_OF_NOTABLE}, later.seq, later.captured_at, null, null, null, null,
    false, later.captured_at >= coalesce(snapshots.commence_time, notable.commence_time), true
from notable
inner join (select sport_key, seq, captured_at from raw_responses) as later
    on later.sport_key = notable.sport_key and later.seq = notable.seq + 1
left join snapshots
    on snapshots.event_id = notable.event_id and snapshots.seq = later.seq
where notable.next_seq is null or notable.next_seq > notable.seq + 1
"""

# for every quote ever shown before the start, the price in the last snapshot before it, if it is
# there, fresh and not stale
CLOSES = f"""
create table closes as
with last_snapshots as (
    select events.event_id, events.starts_at, max(raw_responses.seq) as last_seq
    from events
    inner join raw_responses
        on
            events.sport_key = raw_responses.sport_key
            and raw_responses.captured_at < events.starts_at
    where events.starts_at <= timestamptz '{{as_of}}'
    group by events.event_id, events.starts_at
),
keys as (
    select distinct {_KEY_OF_CHANGE}, last_snapshots.starts_at
    from quote_changes
    inner join last_snapshots
        on
            quote_changes.event_id = last_snapshots.event_id
            and quote_changes.valid_from < last_snapshots.starts_at
),
last_quotes as (
    select quotes.*
    from quotes
    inner join last_snapshots
        on quotes.event_id = last_snapshots.event_id and quotes.seq = last_snapshots.last_seq
    where
        not quotes.is_stale
        and quotes.captured_at
        >= last_snapshots.starts_at - interval '{CLOSING_MAX_AGE_MINUTES} minutes'
)
select
    {_KEY_OF_KEY}, keys.starts_at, last_quotes.captured_at, last_quotes.market_updated_at,
    last_quotes.price, last_quotes.point, last_quotes.decimal_price,
    last_quotes.event_id is not null as is_close
from keys
left join last_quotes
    on
        keys.event_id = last_quotes.event_id
        and keys.bookmaker_key = last_quotes.bookmaker_key
        and keys.market_key = last_quotes.market_key
        and keys.outcome_name = last_quotes.outcome_name
        and keys.outcome_description is not distinct from last_quotes.outcome_description
"""

BEST_PRICES = """
create table best_prices as
with latest as (
    select sport_key, max(seq) as seq from raw_responses
    where captured_at <= timestamptz '{as_of}'
    group by sport_key
),
ranked as (
    select
        quotes.*,
        row_number() over (
            partition by
                quotes.event_id, market_key, outcome_name, outcome_description, point
            order by decimal_price desc, bookmaker_key
        ) as price_rank,
        count(*) over (
            partition by
                quotes.event_id, market_key, outcome_name, outcome_description, point
        ) as bookmaker_count
    from quotes
    inner join latest
        on quotes.sport_key = latest.sport_key and quotes.seq = latest.seq
    inner join events
        on quotes.event_id = events.event_id and events.starts_at > timestamptz '{as_of}'
    where not is_stale and not is_in_play and decimal_price is not null
)
select * from ranked
where price_rank = 1
"""

COUNTS = """
select
    (select count(*) from raw_responses) as responses,
    (select count(*) from quotes) as quotes,
    (select count(*) from quote_changes) as changes,
    (select count(*) from closes where is_close) as closes,
    (select count(*) from closes) as close_keys,
    (select count(*) from best_prices) as best_prices
"""

DECIMAL_PRICE = """case
        when price >= 100 then 1 + price / 100
        when price <= -100 then 1 - 100 / price
    end"""
