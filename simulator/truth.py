"""The right answers: what no real feed can tell."""

from dataclasses import asdict, dataclass
from typing import Any

from simulator.clock import to_iso
from simulator.planting import Planted
from simulator.season import Season


@dataclass(frozen=True)
class EventTruth:
    """All there is to know about one event id; moments in epoch seconds.

    `fate` is `played`, `postponed` or `superseded` (the game goes on under `superseded_by`).
    Probability, spread (the home side's fair point) and total are those at the start.
    """

    event_id: str
    home_team: str
    away_team: str
    fate: str
    superseded_by: str | None
    listed: int
    scheduled: int
    moves: tuple[tuple[int, int], ...]
    last_announced: int
    started: int | None
    ended: int | None
    removed: int
    completed: int | None
    home_win_probability: float
    fair_spread: float
    fair_total: float
    home_score: int | None
    away_score: int | None


@dataclass(frozen=True)
class Truth:
    """Every event and every planted thing of a season."""

    events: tuple[EventTruth, ...]
    planted: tuple[Planted, ...]

    def as_json(self) -> dict[str, Any]:
        """The same with ISO times, as `/truth` serves it."""
        return {
            "events": [_with_iso(asdict(event)) for event in self.events],
            "planted": [_with_iso(asdict(planted)) for planted in self.planted],
        }


def truth(season: Season) -> Truth:
    """The right answers about a season."""
    events = []
    for event in season.events:
        law = season.paths[event.index].closing_law
        home_score, away_score = season.scores.get(event.index, (None, None))
        was_played = event.started is not None
        events.append(
            EventTruth(
                event_id=event.event_id,
                home_team=event.home,
                away_team=event.away,
                fate=event.fate,
                superseded_by=event.superseded_by,
                listed=event.listed,
                scheduled=event.scheduled,
                moves=event.moves,
                last_announced=event.last_announced,
                started=event.started,
                ended=event.ended if was_played else None,
                removed=event.removed,
                completed=event.completed if was_played else None,
                home_win_probability=law.home_win(),
                fair_spread=-law.margin,
                fair_total=law.total,
                home_score=home_score,
                away_score=away_score,
            )
        )
    planted = tuple(plant.planted for plant in season.plants.values())
    return Truth(tuple(events), tuple(sorted(planted, key=lambda each: each.starts)))


_MOMENTS = ("listed", "scheduled", "last_announced", "started", "ended", "removed", "completed")


def _with_iso(row: dict[str, Any]) -> dict[str, Any]:
    for name in (*_MOMENTS, "starts", "ends"):
        if isinstance(row.get(name), int):
            row[name] = to_iso(row[name])
    if "moves" in row:
        row["moves"] = [
            {"announced": to_iso(announced), "start": to_iso(start)}
            for announced, start in row["moves"]
        ]
    return row
