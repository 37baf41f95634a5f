"""One's own bets, leg by leg, against the close."""

from analysis.query import Query

RELATIONS = ("marts.fct_bets", "marts.fct_bet_legs")


def query() -> Query:
    """One row per leg of a bet, by the time it was placed; what is the bet's is called `bet_…`."""
    return Query(
        """
        select
            bets.placed_at,
            bets.bet_kind,
            bets.bookmaker_key as bet_bookmaker_key,
            bets.stake as bet_stake,
            bets.decimal_price as bet_decimal_price,
            bets.status as bet_status,
            bets.profit as bet_profit,
            bets.source as bet_source,
            bets.unmatched_reason as bet_unmatched_reason,
            legs.*
        from marts.fct_bets as bets
        inner join marts.fct_bet_legs as legs
            on bets.bet_id = legs.bet_id
        order by bets.placed_at, bets.bet_id, legs.leg_number
        """
    )
