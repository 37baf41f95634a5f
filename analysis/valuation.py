"""What offers of games to come are worth, as columns to join: by the others, by all, or unknown.

In a look back values that rest on a score curve are null, unless it is the prior's: the curves that
are held have learned from games that ended since.
"""

RELATIONS = (
    "marts.fct_offers_valued",
    "marts.fct_consensus_prices",
    "marts.dim_default_methods",
    "marts.dim_markets",
)
LEARNED = "coalesce({table}.distribution_source, 'prior') != 'prior'"

_OF_THE_OFFER = {
    "fair_probability": "valued.fair_probability",
    "fair_decimal_price": "1 / valued.fair_probability",
    "ev_default": "valued.ev_default",
    "ev_worst_case": "valued.ev_worst_case",
    "ev_error": "valued.ev_error",
    "reference_count": "valued.reference_count",
}
_OF_ALL = {
    "consensus_probability": "consensus.fair_probability",
    "consensus_decimal_price": "consensus.fair_decimal_price",
    "consensus_count": "consensus.source_count",
}
_COUNTS = ("reference_count", "consensus_count")


def columns(*, is_valued: bool, is_past: bool) -> str:
    """The columns to select beside those of `prices`; nulls where nothing is valued."""
    if not is_valued:
        return ",\n".join(
            f"cast(null as {'integer' if name in _COUNTS else 'double precision'}) as {name}"
            for name in (*_OF_THE_OFFER, *_OF_ALL)
        )
    learned = LEARNED.format(table="valued")
    own = {
        name: f"case when not ({learned}) then {value} end" if is_past else value
        for name, value in _OF_THE_OFFER.items()
    }
    return ",\n".join(
        f"{value if name in _COUNTS else rounded(value)} as {name}"
        for name, value in (own | _OF_ALL).items()
    )


def rounded(value: str) -> str:
    """To twelve decimals: the last digits depend on the order that an engine adds up in."""
    return f"cast(cast({value} as decimal(38, 12)) as double precision)"


def joins(*, is_valued: bool) -> str:
    """What to join to `prices` and its `events` for them: offers valued now, and the consensus."""
    if not is_valued:
        return ""
    return f"""
        left join marts.fct_offers_valued as valued
            on
                valued.moment = 'now'
                and prices.bookmaker_key = valued.bookmaker_key
                and {same_outcome("valued")}
        left join marts.dim_markets as markets
            on prices.market_key = markets.market_key
        left join marts.dim_default_methods as methods
            on
                events.sport_key = methods.sport_key
                and markets.market_kind = methods.market_kind
        left join marts.fct_consensus_prices as consensus
            on
                consensus.moment = 'now'
                and methods.method = consensus.method
                and {same_outcome("consensus")}"""


def same_outcome(table: str) -> str:
    """The condition that a row of a table is of the outcome and point of a row of `prices`."""
    return f"""prices.event_id = {table}.event_id
                and prices.market_key = {table}.market_key
                and prices.outcome_name = {table}.outcome_name
                and prices.outcome_description is not distinct from {table}.outcome_description
                and prices.point is not distinct from {table}.point"""
