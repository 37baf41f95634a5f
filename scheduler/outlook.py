"""What is left of the month's credits once the closes are provided for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingestion.settings import Settings
from scheduler.agenda import Collection, without_scores
from scheduler.budget import Budget, BudgetState
from scheduler.planning import credits_for_closes
from scheduler.promises import Game


@dataclass(frozen=True)
class Outlook:
    """Credits held back for closes to come, and how freely the next call for odds can be made."""

    held_for_closes: int
    state: BudgetState


def outlook(settings: Settings, budget: Budget, games: Sequence[Game], *, now: datetime) -> Outlook:
    """The outlook of what the settings collect.

    Args:
        settings: sports, markets and books, which decide what a call costs.
        budget: the credits of the month.
        games: announced and not started.
        now: the moment.

    Raises:
        UsageError: the settings name something the API cannot serve.
    """
    collection = Collection.of(settings)
    costs = collection.planning.credits_a_call
    held = credits_for_closes(games, credits_a_call=costs, now=now)
    for_odds = without_scores(budget, collection, now=now)
    return Outlook(held, for_odds.state(cost=max(costs.values()), reserved=held))
