"""Bets settled by SQL, on both engines, and by Python: every sport and market of the seeds.

The expected settlements of some are written by hand; those of all others must be the same.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any, Final

import orjson
import pytest

from analysis.backtest.offers import NUMBER_OF_SIDE, SIDE_OF_OUTCOME
from analysis.backtest.settler import Settler, never_settled, why_pending
from cli.local_postgres import fresh_database
from cli.reading import reading
from ingestion.bet_mapping import ExportMapping
from ingestion.bets import bets_of
from ingestion.landing import Landing
from ingestion.pipelines import import_bets, import_results
from ingestion.recordings import parse_recording_line
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.dbt.test_odds_macros import macros_of

SEEDS = PROJECT_DIR / "dbt_project" / "seeds"
# a Wednesday: in the groups of that summer's world cup, out of season for some, in it for others
DAY = datetime(2026, 6, 17, 18, tzinfo=UTC)
AS_OF = DAY + timedelta(days=30)
BOOK = "draftkings"
# final score, and the one after regulation time where the table tells it
SCORES: Final = {
    "home by one": ("2", "1", "", "", ""),
    "level": ("1", "1", "", "", ""),
    "after extra time": ("2", "1", "1", "1", "false"),
    "nothing happened": ("0", "0", "0", "0", ""),
    "rained off": ("5", "3", "", "", "true"),
}
UNHEARD_OF: Final = ("soccer_unheard_of_cup", "baseball_unheard_of", "korfball_league")


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


SPORTS = [row["sport_key"] for row in _seed("sports.csv") if row["is_outright"] == "false"]
MARKETS = [row["market_key"] for row in _seed("markets.csv")]


def teams_of(score: str) -> tuple[str, str]:
    return f"{score} Larks", f"{score} Otters"


def outcomes_of(market: Mapping[str, str], home: str, away: str) -> list[tuple[Any, ...]]:
    """Name, description and point of the outcomes that a book lists."""
    kind = market["market_kind"]
    if market["period"] != "game" or kind == "prop":
        return [("Over", None, 0.5)]
    double_chances = (f"{home} or Draw", f"Draw/{away}", f"{away} / {home}", "Draw", "12")
    listed: dict[str, Iterable[tuple[Any, ...]]] = {
        "spread": product((home, away), [None], (-1.0, -0.75, 0.5, 1.25)),
        "total": product(("Over", "Under"), [None], (2.0, 2.25, 3.5, None)),
        "team_total": product(("Over", "Under"), (home, away, "Somebody Else"), (1.0, 1.5)),
        "double_chance": product(double_chances, [None], [None]),
        "both_score": product(("Yes", "No"), [None], [None]),
    }
    return list(listed.get(kind, product((home, away, "Draw", "Nobody"), [None], [None])))


def answers() -> Iterator[dict[str, Any]]:
    for sport in (*SPORTS, *UNHEARD_OF):
        games = [
            {
                "id": f"{sport} {score}",
                "sport_key": sport,
                "sport_title": sport,
                "commence_time": f"{DAY:%Y-%m-%dT%H:%M:%SZ}",
                "home_team": home,
                "away_team": away,
                "bookmakers": [
                    {
                        "key": BOOK,
                        "title": BOOK,
                        "last_update": f"{DAY - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
                        "markets": [
                            {
                                "key": "h2h",
                                "outcomes": [
                                    {"name": home, "price": 1.9},
                                    {"name": away, "price": 1.9},
                                ],
                            }
                        ],
                    }
                ],
            }
            for score in SCORES
            for home, away in [teams_of(score)]
        ]
        yield {
            "endpoint": f"/v4/sports/{sport}/odds",
            "params": {"regions": "us", "markets": "h2h", "oddsFormat": "decimal"},
            "received_at": f"{DAY - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "status": 200,
            "headers": {},
            "body": games,
        }


def table() -> Iterator[str]:
    yield (
        "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status,"
        "home_score_regulation,away_score_regulation,is_shortened"
    )
    for sport in (*SPORTS, *UNHEARD_OF):
        for score, (home_score, away_score, *told) in SCORES.items():
            names = ",".join(teams_of(score))
            start = f"{DAY:%Y-%m-%d},{DAY:%Y-%m-%dT%H:%M:%SZ}"
            yield f"{sport},{start},{names},{home_score},{away_score},final,{','.join(told)}"


@pytest.fixture(scope="module", params=ENGINES)
def warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "duckdb":
        yield _built(duckdb_settings(folder))
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield _built(postgres_settings(folder, address))


def _built(settings: Settings) -> Settings:
    Landing(settings, now=lambda: DAY).land(
        parse_recording_line(orjson.dumps(line)) for line in answers()
    )
    path = settings.odds_data_dir / "results.csv"
    path.write_text("\n".join(table()) + "\n", encoding="utf-8")
    import_results(path, settings, now=lambda: DAY + timedelta(days=1))
    seeds = ("settlement_rules", "markets", "sports")
    Transformation(settings).invoke(
        "build",
        "--select",
        "+fct_results",
        "+int_events_described_known",
        *seeds,
        "--resource-type",
        "model",
        "seed",
        as_of=AS_OF,
    )
    return settings


Bet = tuple[str, str, str, str, str | None, float | None]


def bets(sports: Sequence[str]) -> Iterator[tuple[Bet, SimpleNamespace]]:
    """Every bet as its key, and as the settler takes it."""
    markets = _seed("markets.csv")
    counts = {row["sport_key"]: row["h2h_outcome_count"] for row in _seed("sports.csv")}
    for sport, score, market in product(sports, SCORES, markets):
        home, away = teams_of(score)
        if market["market_kind"] == "moneyline" and market["outcome_set"] == "two_way":
            count = int(counts.get(sport) or 0)
        else:
            of_set = {"three_way": 3, "two_way": 2, "mirrored_points": 2, "over_under": 2}
            count = of_set.get(market["outcome_set"], 0)
        for name, description, point in outcomes_of(market, home, away):
            side = {home: "home", away: "away"}.get(name) or SIDE_OF_OUTCOME.get(name)
            side_no = NUMBER_OF_SIDE.get(side or "", 0)
            yield (
                (sport, score, market["market_key"], name, description, point),
                SimpleNamespace(
                    event_id=f"{sport} {score}",
                    sport_key=sport,
                    home_team=home,
                    away_team=away,
                    market_key=market["market_key"],
                    market_kind=market["market_kind"],
                    period=market["period"],
                    bookmaker_key=BOOK,
                    outcome_name=name,
                    outcome_description=description,
                    side_no=side_no,
                    outcome_count=count,
                    point=point,
                    commence_time=DAY,
                ),
            )


def settled_by_python(settings: Settings) -> dict[Bet, str | None]:
    sports = (*SPORTS, *UNHEARD_OF)
    with reading(settings, "marts.fct_results") as opened:
        settler = Settler(opened, sports=sports, clock="published", as_of=AS_OF)
        settled = {key: settler.settlements(bet) for key, bet in bets(sports)}
    return {key: each[-1].outcome if each else None for key, each in settled.items()}


SETTLED_SQL: Final = """
with asked as (select * from asked_bets),

rules as (
    {{ settlement_rules_of('asked') }}
),

latest as (
    select *, row_number() over (partition by event_id order by version desc) as recency_rank
    from {{ target.schema and 'marts' }}.fct_results
    where is_final
),

scored as (
    select
        asked.*,
        {{ is_void_as_shortened('games', 'rules', 'asked.market_kind') }} as is_void,
        {{ settling_score('home', 'games', 'rules', 'asked.market_kind') }} as home_score,
        {{ settling_score('away', 'games', 'rules', 'asked.market_kind') }} as away_score,
        case asked.market_kind
            when 'double_chance'
                then {{ double_chance_side(
                    'asked.outcome_name', 'asked.home_team', 'asked.away_team'
                ) }}
            else asked.side_no
        end as settled_side_no,
        case asked.outcome_description
            when asked.home_team then 1
            when asked.away_team then 2
        end as team
    from asked
    inner join rules
        on
            asked.sport_key = rules.sport_key
            and asked.market_key = rules.market_key
            and asked.bookmaker_key = rules.bookmaker_key
    inner join latest as games
        on asked.event_id = games.event_id and games.recency_rank = 1
),

measured as (
    select *, {{ settlement_margin(
        'market_kind', 'settled_side_no', 'outcome_count', 'point', 'home_score', 'away_score',
        'team'
    ) }} as margin
    from scored
)

select
    bet_number,
    case when is_void then 'void' else {{ settled_outcome('margin') }} end as settlement
from measured
where period = 'game'
"""


def settled_by_sql(settings: Settings) -> dict[Bet, str | None]:
    keyed = list(bets((*SPORTS, *UNHEARD_OF)))
    columns = {
        "event_id": "text",
        "sport_key": "text",
        "home_team": "text",
        "away_team": "text",
        "market_key": "text",
        "market_kind": "text",
        "period": "text",
        "bookmaker_key": "text",
        "outcome_name": "text",
        "outcome_description": "text",
        "side_no": "integer",
        "outcome_count": "integer",
        "point": "double precision",
    }
    path = settings.odds_data_dir / "asked.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number, (_, bet) in enumerate(keyed):
            writer.writerow([number, *(getattr(bet, name) for name in columns)])
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    sql = macros_of(settings).rendered(SETTLED_SQL)
    with connect(settings) as connection:
        connection.rows(f"create table asked_bets (bet_number integer, {declared})")
        if connection.target == "duckdb":
            connection.rows(f"copy asked_bets from '{path}' (header false, nullstr '')")
        else:
            with connection.native.cursor() as cursor, path.open(encoding="utf-8") as rows:
                cursor.copy_expert("copy asked_bets from stdin (format csv)", rows)
        found = dict(connection.rows(sql))
    return {key: found.get(number) for number, (key, _) in enumerate(keyed)}


HOME, AWAY = "{home}", "{away}"
EPL, CUP, GROUPS, NBA, NHL, MLB, TENNIS = (
    "soccer_epl",
    "soccer_unheard_of_cup",
    "soccer_fifa_world_cup",
    "basketball_nba",
    "icehockey_nhl",
    "baseball_mlb",
    "tennis_atp_us_open",
)
BY_ONE, LEVEL, EXTRA, NOTHING, RAIN = SCORES
# sport, score, market, outcome, description, point: the settlement, written by hand
GOLDEN: Final = [
    # a league never goes beyond 90 minutes, nor do the groups of a cup; of other games nobody knows
    (EPL, BY_ONE, "h2h", HOME, None, None, "win"),
    (EPL, LEVEL, "h2h", HOME, None, None, "loss"),
    (EPL, LEVEL, "h2h", "Draw", None, None, "win"),
    (EPL, LEVEL, "h2h_3_way", "Draw", None, None, "win"),
    (EPL, LEVEL, "h2h", "Nobody", None, None, None),
    (GROUPS, BY_ONE, "h2h", HOME, None, None, "win"),
    (GROUPS, LEVEL, "h2h", "Draw", None, None, "win"),
    (GROUPS, EXTRA, "h2h", "Draw", None, None, "win"),
    (CUP, BY_ONE, "h2h_3_way", HOME, None, None, None),
    (CUP, LEVEL, "totals", "Under", None, 3.5, None),
    (CUP, EXTRA, "h2h_3_way", HOME, None, None, "loss"),
    (CUP, EXTRA, "h2h_3_way", "Draw", None, None, "win"),
    # of a cup that nobody described it is not known whether `h2h` has a draw
    (CUP, EXTRA, "h2h", HOME, None, None, None),
    (CUP, EXTRA, "totals", "Over", None, 2.0, "push"),
    (CUP, EXTRA, "spreads", AWAY, None, 0.5, "win"),
    (CUP, EXTRA, "spreads", HOME, None, -0.75, "loss"),
    ("soccer_uefa_champs_league", BY_ONE, "h2h", HOME, None, None, None),
    ("soccer_uefa_champs_league", EXTRA, "h2h", HOME, None, None, "loss"),
    # overtime counts, but for markets with a draw of their own
    (NBA, EXTRA, "h2h", HOME, None, None, "win"),
    (NBA, EXTRA, "h2h_3_way", "Draw", None, None, "win"),
    (NBA, BY_ONE, "h2h_3_way", HOME, None, None, None),
    (NBA, LEVEL, "h2h", HOME, None, None, "push"),
    (NBA, EXTRA, "totals", "Over", None, 2.25, "win"),
    (NHL, EXTRA, "draw_no_bet", HOME, None, None, "push"),
    (NHL, EXTRA, "double_chance", "Draw/{away}", None, None, "win"),
    (NHL, BY_ONE, "double_chance", "Draw/{away}", None, None, None),
    # quarter lines
    (EPL, BY_ONE, "spreads", HOME, None, -0.75, "half_win"),
    (EPL, BY_ONE, "spreads", AWAY, None, 1.25, "half_win"),
    (EPL, BY_ONE, "spreads", HOME, None, -1.0, "push"),
    (EPL, LEVEL, "totals", "Over", None, 2.25, "half_loss"),
    (EPL, LEVEL, "alternate_totals", "Under", None, 2.25, "half_win"),
    (EPL, LEVEL, "totals", "Under", None, None, None),
    # two sides without the draw, two of three, both score, one team's points
    (EPL, BY_ONE, "draw_no_bet", AWAY, None, None, "loss"),
    (EPL, LEVEL, "draw_no_bet", AWAY, None, None, "push"),
    (EPL, LEVEL, "draw_no_bet", "Draw", None, None, None),
    (EPL, LEVEL, "double_chance", "{home} or Draw", None, None, "win"),
    (EPL, LEVEL, "double_chance", "{away} / {home}", None, None, "loss"),
    (EPL, BY_ONE, "double_chance", "{away} / {home}", None, None, "win"),
    (EPL, BY_ONE, "double_chance", "Draw/{away}", None, None, "loss"),
    (EPL, BY_ONE, "double_chance", "12", None, None, "win"),
    (EPL, BY_ONE, "double_chance", "Draw", None, None, None),
    (EPL, BY_ONE, "btts", "Yes", None, None, "win"),
    (EPL, BY_ONE, "btts", "No", None, None, "loss"),
    (EPL, NOTHING, "btts", "No", None, None, "win"),
    (EPL, BY_ONE, "team_totals", "Over", HOME, 1.5, "win"),
    (EPL, BY_ONE, "team_totals", "Over", AWAY, 1.5, "loss"),
    (EPL, BY_ONE, "alternate_team_totals", "Under", AWAY, 1.0, "push"),
    (EPL, BY_ONE, "team_totals", "Over", "Somebody Else", 1.5, None),
    (CUP, EXTRA, "team_totals", "Over", HOME, 1.0, "push"),
    # a shortened game has a winner, and no total
    (MLB, RAIN, "h2h", HOME, None, None, "win"),
    (MLB, RAIN, "totals", "Over", None, 3.5, "void"),
    (MLB, RAIN, "alternate_spreads", AWAY, None, 0.5, "void"),
    (MLB, RAIN, "team_totals", "Over", HOME, 1.5, "void"),
    ("baseball_unheard_of", RAIN, "spreads", HOME, None, -1.0, "void"),
    (NBA, RAIN, "totals", "Over", None, 3.5, "win"),
    # sets tell who won, not by how many games
    (TENNIS, BY_ONE, "h2h", HOME, None, None, "win"),
    (TENNIS, BY_ONE, "totals", "Over", None, 2.0, None),
    (TENNIS, BY_ONE, "alternate_spreads", HOME, None, -1.0, None),
    ("mma_mixed_martial_arts", BY_ONE, "alternate_totals", "Over", None, 2.0, None),
    # what no score tells
    (NBA, BY_ONE, "totals_q1", "Over", None, 0.5, None),
    (NBA, BY_ONE, "player_points", "Over", None, 0.5, None),
    (EPL, BY_ONE, "alternate_totals_corners", HOME, None, None, None),
    ("korfball_league", BY_ONE, "totals", "Over", None, 2.0, "win"),
]


@pytest.fixture(scope="module")
def by_python(warehouse: Settings) -> dict[Bet, str | None]:
    return settled_by_python(warehouse)


def test_sql_and_python_settle_every_sport_and_market_alike(
    warehouse: Settings, by_python: dict[Bet, str | None]
) -> None:
    by_sql = settled_by_sql(warehouse)
    assert len(by_sql) == len(by_python) > 50_000
    differing = [
        (key, by_sql[key], by_python[key]) for key in by_sql if by_sql[key] != by_python[key]
    ]
    assert not differing, differing[:10]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: " ".join(map(str, row[:6])))
def test_what_becomes_of_a_bet(by_python: dict[Bet, str | None], row: tuple[Any, ...]) -> None:
    sport, score, market, name, description, point, settlement = row
    home, away = teams_of(score)
    named = [text and text.format(home=home, away=away) for text in (name, description)]
    assert by_python[sport, score, market, named[0], named[1], point] == settlement


def test_what_is_refused_before_a_run(warehouse: Settings) -> None:
    """Markets that no score of this warehouse can settle; others may be bet on."""
    sports = (EPL, NBA, TENNIS, CUP)
    markets = ("h2h", "totals", "h2h_3_way", "team_totals", "btts", "double_chance", "h2h_q1")
    with reading(warehouse, "marts.fct_results") as opened:
        refused = set(never_settled(opened, sports=sports, markets=markets))
    of_parts = {(sport, "h2h_q1") for sport in sports}
    assert refused == of_parts | {(TENNIS, market) for market in ("totals", "team_totals", "btts")}


def test_a_bet_that_stays_pending_says_why(warehouse: Settings) -> None:
    wanted = {
        (CUP, BY_ONE, "totals"): "after regulation time; known is the final one, 2-1",
        (NBA, BY_ONE, "totals_q1"): "of a part of a game",
        (TENNIS, BY_ONE, "totals"): "no score decides this market",
    }
    with reading(warehouse, "marts.fct_results") as opened:
        settler = Settler(opened, sports=[CUP, NBA, TENNIS], clock="published", as_of=AS_OF)
        reasons = {key[:3]: settler.pending_reason(bet) for key, bet in bets([CUP, NBA, TENNIS])}
        kept = {
            "event_id": f"{CUP} {BY_ONE}",
            "sport_key": CUP,
            "market_key": "totals",
            "market_kind": "total",
            "bookmaker_key": BOOK,
        }
        of_kept = why_pending(opened, kept, as_of=AS_OF)
    assert of_kept == reasons[CUP, BY_ONE, "totals"]
    for key, text in wanted.items():
        assert text in reasons[key]


@pytest.mark.heavy
def test_bets_of_ones_own_are_settled_by_the_same_rules(warehouse: Settings) -> None:
    """A few thousand of them, imported, matched and settled as the models do it."""
    settled = settled_by_python(warehouse)
    # lays, and totals of who does not play, are not matched at all
    matched = [bet for bet in settled if "_lay" not in bet[2] and bet[4] != "Somebody Else"]
    chosen = Random(5).sample(sorted(matched, key=str), 3000)
    lines = {
        number: {
            "bet_id": str(number),
            "placed_at": (DAY - timedelta(hours=1)).isoformat(),
            "bookmaker": BOOK,
            "stake": "1",
            "sport": sport,
            "event_id": f"{sport} {score}",
            "market": market,
            "outcome": name,
            "description": description or "",
            "point": "" if point is None else str(point),
            "price": "2.0",
        }
        for number, (sport, score, market, name, description, point) in enumerate(chosen)
    }
    legs = bets_of(lines, ExportMapping(), where="bet ")
    import_bets(legs, warehouse, now=lambda: DAY)
    seeds = ("bookmakers", "bookmaker_aliases", "market_aliases")
    Transformation(warehouse).invoke(
        "build", "--select", "+int_bet_legs_settled", *seeds, "--resource-type", "model", "seed",
        as_of=AS_OF,
    )  # fmt: skip
    with connect(warehouse) as connection:
        found = dict(
            connection.rows("select leg_id, outcome from intermediate.int_bet_legs_settled")
        )
    differs = {
        bet: (settled[bet], found.get(f"own:{number}#1"))
        for number, bet in enumerate(chosen)
        if settled[bet] != found.get(f"own:{number}#1")
    }
    assert differs == {}
    assert sum(outcome is not None for outcome in found.values()) > 300
