"""Keys of the real API that do not depend on a season: sports, regions, books, markets, teams."""

from dataclasses import dataclass

SPORT_KEY = "basketball_nba"
SPORT_TITLE = "NBA"
FEATURED_MARKETS = ("h2h", "spreads", "totals")
OUTRIGHT_MARKETS = ("outrights", "outrights_lay")
ODDS_MARKETS = (*FEATURED_MARKETS, "h2h_lay", *OUTRIGHT_MARKETS)
REGIONS = ("us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au")


@dataclass(frozen=True)
class Sport:
    """One entry of `/v4/sports`."""

    key: str
    group: str
    title: str
    description: str
    has_outrights: bool = False


SPORTS = (
    Sport("americanfootball_nfl", "American Football", "NFL", "US Football"),
    Sport("baseball_mlb", "Baseball", "MLB", "Major League Baseball"),
    Sport(SPORT_KEY, "Basketball", SPORT_TITLE, "US Basketball"),
    Sport(
        "basketball_nba_championship_winner",
        "Basketball",
        "NBA Championship Winner",
        "Championship Winner",
        has_outrights=True,
    ),
    Sport("basketball_ncaab", "Basketball", "NCAAB", "US College Basketball"),
    Sport("icehockey_nhl", "Ice Hockey", "NHL", "US Ice Hockey"),
    Sport("soccer_epl", "Soccer", "EPL", "English Premier League"),
)
SPORT_BY_KEY = {sport.key: sport for sport in SPORTS}


@dataclass(frozen=True)
class Team:
    """A team, the hours its home time zone lies behind Eastern, and another of its names."""

    name: str
    hours_behind: int
    alias: str


TEAMS = (
    Team("Atlanta Hawks", 0, "Atlanta"),
    Team("Boston Celtics", 0, "Boston"),
    Team("Brooklyn Nets", 0, "Brooklyn"),
    Team("Charlotte Hornets", 0, "Charlotte"),
    Team("Chicago Bulls", 1, "Chicago"),
    Team("Cleveland Cavaliers", 0, "Cleveland Cavs"),
    Team("Dallas Mavericks", 1, "Dallas Mavs"),
    Team("Denver Nuggets", 2, "Denver"),
    Team("Detroit Pistons", 0, "Detroit"),
    Team("Golden State Warriors", 3, "GS Warriors"),
    Team("Houston Rockets", 1, "Houston"),
    Team("Indiana Pacers", 0, "Indiana"),
    Team("Los Angeles Clippers", 3, "LA Clippers"),
    Team("Los Angeles Lakers", 3, "Los Ángeles Lakers"),
    Team("Memphis Grizzlies", 1, "Memphis"),
    Team("Miami Heat", 0, "Miami"),
    Team("Milwaukee Bucks", 1, "Milwaukee"),
    Team("Minnesota Timberwolves", 1, "Minnesota T-Wolves"),
    Team("New Orleans Pelicans", 1, "New Orléans Pelicans"),
    Team("New York Knicks", 0, "NY Knicks"),
    Team("Oklahoma City Thunder", 1, "OKC Thunder"),
    Team("Orlando Magic", 0, "Orlando"),
    Team("Philadelphia 76ers", 0, "Philadelphia Sixers"),
    Team("Phoenix Suns", 2, "Phoenix"),
    Team("Portland Trail Blazers", 3, "Portland Trailblazers"),
    Team("Sacramento Kings", 3, "Sacramento"),
    Team("San Antonio Spurs", 1, "San António Spurs"),
    Team("Toronto Raptors", 0, "Toronto"),
    Team("Utah Jazz", 2, "Utah"),
    Team("Washington Wizards", 0, "Washington"),
)
ALIASES = {team.name: team.alias for team in TEAMS}

_BOOKMAKER_KEYS = """
    betonlineag betmgm betrivers betus bovada draftkings fanatics fanduel lowvig mybookieag
    williamhill_us ballybet betanysports betparx espnbet fliff hardrockbet rebet hardrockbet_az
    hardrockbet_fl hardrockbet_oh betr_us_dfs pick6 prizepicks underdog dabble_us_dfs betopenly
    kalshi novig polymarket prophetx sport888 betfair_ex_uk betfair_sb_uk betvictor betway
    boylesports casumo coral grosvenor ladbrokes_uk leovegas livescorebet matchbook paddypower
    skybet smarkets unibet_uk virginbet williamhill betfred_uk onexbet betclic_fr betsson codere_it
    coolbet everygame gtbets leovegas_se marathonbet betfair_ex_eu nordicbet parionssport_fr
    pinnacle pmu_fr suprabets tipico_de unibet_fr unibet_it unibet_nl unibet_se winamax_de
    winamax_fr netbet_fr atg_se campobet_se mrgreen_se sport888_se svenskaspel_se betinia_se
    betmgm_se expekt_se hajper_se betfair_ex_au betr_au betright bet365_au dabble_au ladbrokes_au
    neds playup pointsbetau sportsbet tab tabtouch unibet
"""
BOOKMAKER_KEYS = frozenset(_BOOKMAKER_KEYS.split())

_PERIODS = ("q1", "q2", "q3", "q4", "h1", "h2")
_PERIOD_MARKETS = (
    "h2h h2h_3_way spreads alternate_spreads totals alternate_totals team_totals "
    "alternate_team_totals"
)
_PLAYER_MARKETS = (
    "points rebounds assists threes blocks steals turnovers blocks_steals "
    "points_rebounds_assists points_rebounds points_assists rebounds_assists field_goals "
    "frees_made frees_attempts points_q1 rebounds_q1 assists_q1 first_basket first_team_basket "
    "double_double triple_double method_of_first_basket fantasy_points"
)
EVENT_MARKETS = frozenset(
    (
        *ODDS_MARKETS,
        "alternate_spreads",
        "alternate_totals",
        "team_totals",
        "alternate_team_totals",
        "h2h_3_way",
        "draw_no_bet",
        *(f"{market}_{period}" for market in _PERIOD_MARKETS.split() for period in _PERIODS),
        *(f"player_{market}" for market in _PLAYER_MARKETS.split()),
        *(f"player_{market}_alternate" for market in _PLAYER_MARKETS.split()),
    )
)
