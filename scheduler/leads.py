"""What it costs to ask for the closes of a sport earlier than five minutes before the start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.agenda import Collection, agenda
from scheduler.promises import CLOSE_BEFORE_START
from scheduler.state import StartLead, State


@dataclass(frozen=True)
class LeadCost:
    """A sport whose closes are asked for earlier, and what is called more often for that."""

    sport_key: str
    lead: StartLead
    calls: int
    credits: int

    @property
    def sentence(self) -> str:
        """It in words."""
        minutes, games = self.lead.close_lead / timedelta(minutes=1), self.lead.game_count
        more = (
            f"{self.calls:+d} calls, {self.credits:+d} credits" if self.calls else "no more calls"
        )
        return (
            f"{self.sport_key}: closes are asked for {minutes:.0f} min before the start, since of "
            f"{games} games one in twenty began {self.lead.early_minutes:.1f} min early or more; "
            f"{more} than at {CLOSE_BEFORE_START / timedelta(minutes=1):.0f} min."
        )


def costs_of_leads(
    state: State, collection: Collection, *, now: datetime, until: datetime
) -> Iterator[LeadCost]:
    """The sports with a lead of their own, and the difference it makes to what is planned."""
    if all(lead.close_lead == CLOSE_BEFORE_START for lead in state.leads.values()):
        return
    made, made_usually = (
        [
            entry
            for entry in agenda(each, collection, now=now, until=until)
            if entry.job == "fetch-odds" and not entry.refused
        ]
        for each in (state, without_leads(state))
    )
    for sport_key, lead in sorted(state.leads.items()):
        if sport_key in collection.odds and lead.close_lead != CLOSE_BEFORE_START:
            here, before = (
                [entry.credits for entry in entries if entry.sport_key == sport_key]
                for entries in (made, made_usually)
            )
            yield LeadCost(sport_key, lead, len(here) - len(before), sum(here) - sum(before))


def without_leads(state: State) -> State:
    """The state if nothing were known of how early games begin."""
    return replace(
        state,
        games=tuple(
            replace(watched, game=replace(watched.game, close_lead=CLOSE_BEFORE_START))
            for watched in state.games
        ),
    )
