"""What a sport's own history of early starts does for its closes, in the simulator."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ingestion.pipelines import replay
from ingestion.settings import Settings
from scheduler.agenda import agenda
from scheduler.collector import Collector
from scheduler.leads import without_leads
from scheduler.state import State
from scheduler.transformation import Transformation
from simulator import Season, SeasonOptions
from simulator.clock import to_datetime
from simulator.options import Faults
from simulator.recording import write_recording
from tests.scheduler.world import SPORT

# games begin up to 13 minutes late, too; a call for games half an hour before is no close of these
CLOSE_WITHIN = timedelta(minutes=25)


@pytest.mark.heavy
def test_with_a_history_of_early_starts_more_closes_are_kept_for_no_more_calls(
    settings: Settings, tmp_path: Path
) -> None:
    """Three in ten games begin five to nine minutes before the announced start."""
    options = SeasonOptions(
        games=110,
        first_day=date(2026, 1, 5),
        moved_share=0,
        postponed_share=0,
        faults=Faults(early_starts=0.3),
    )
    season = Season(options)
    now = to_datetime(sorted(event.scheduled for event in season.events)[70]) - timedelta(hours=5)
    recording = tmp_path / "history.jsonl"
    write_recording(season, recording, last=now, has_scores=False)
    replay([recording], settings, skip_bad=False, now=lambda: now)
    Transformation(settings).bring_up_to_date(as_of=now)
    wishes = {"odds_policy": "closes", "odds_monthly_credits": 100_000}
    collector = Collector(
        settings.model_copy(update=wishes), clock=lambda: now, sleep=lambda _: None
    )
    state, _ = collector.plan(days=7)
    lead = state.leads[SPORT]
    assert lead.game_count >= 30
    assert timedelta(minutes=8) <= lead.close_lead <= timedelta(minutes=10)

    def closes(of: State) -> tuple[int, int]:
        """Games with a call shortly before they really began, and the calls."""
        until = now + timedelta(days=7)
        entries = agenda(of, collector.collection, now=now, until=until)
        moments = [entry.due_at for entry in entries if entry.is_close]
        begun = [
            to_datetime(season.event_by_id[each.game.event_id].started or 0)
            for each in of.games
            if each.game.starts_at > now
        ]
        kept = [
            any(start - CLOSE_WITHIN <= moment < start for moment in moments) for start in begun
        ]
        assert len(kept) >= 20
        return sum(kept), len(moments)

    (kept, calls), (kept_usually, calls_usually) = closes(state), closes(without_leads(state))
    games = sum(1 for each in state.games if each.game.starts_at > now)
    assert kept_usually <= 0.85 * games, (kept_usually, games)
    assert kept >= 0.95 * games, (kept, kept_usually, games)
    assert calls <= calls_usually
