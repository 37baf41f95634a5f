"""What a strategy is: a frozen dataclass that selects offers, its fields its parameters."""

import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from math import isfinite, nan
from pkgutil import iter_modules
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

import pandas as pd

ENTRY_POINTS = "odds_warehouse.strategies"
SHIPPED = "analysis.backtest.strategies"
# one word, whoever spells it
# an engine's whole numbers end somewhere, and nothing here is more
GREATEST = 1e12
SPELLINGS = {"favorite": "favourite"}


class StrategyError(ValueError):
    """A strategy or a parameter that cannot be used; says what would do."""


@dataclass(frozen=True)
class Strategy(ABC):
    """Chooses what to bet on from what stood at a decision.

    A strategy is one file: a subclass with a `name`, its parameters as fields with defaults, and
    `select`. It gets offers and nothing else; stakes, fills and settlement are the engine's.
    """

    name: ClassVar[str]
    # whether offers come with fair prices, and de-vigged how
    wants_fair_prices: ClassVar[bool] = False
    fair_method: ClassVar[str] = "default"
    # whether they come with what the board made of them
    wants_valuation: ClassVar[bool] = False
    # True: what is chosen at one moment follows from the offers of each event alone, so all moments
    # may be shown in one frame; the engine tries that out. False: one call a moment, and no more
    judges_each_event_alone: ClassVar[bool] = False
    # how it is staked if nobody says otherwise; Kelly stakes need its win_probability, or groups
    default_stake: ClassVar[Literal["flat", "percentage", "kelly"]] = "flat"

    @property
    def look_back_hours(self) -> float | None:
        """How long before the decision `earlier_price` and `earlier_point` are taken, if at all."""
        return None

    @abstractmethod
    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """The offers to bet on.

        Args:
            offers: one row an offer, in a total order; the columns stand in `offers.described` and,
                for strategies that want them, `fair_prices.with_fair_prices` and
                `valuation.with_valuation`.

        Returns:
            Rows of `offers`, index kept. The engine reads these columns where they are given:
            `win_probability` (where the bet is no push), `push_probability`, and for legs that
            belong together `bet_group` (any label) and `stake_share` (of the group's stake).
        """

    def check(self) -> None:  # noqa: B027 - most need no check
        """Refuse parameters that make no sense together.

        Raises:
            StrategyError: they do not.
        """


def strategies() -> dict[str, type[Strategy]]:
    """Every strategy by name: those shipped, and those other packages register by entry point.

    Raises:
        StrategyError: a file of one cannot be read, or two have one name.
    """
    for module in iter_modules(import_module(SHIPPED).__path__):
        place = f"{SHIPPED}.{module.name}"
        _load(place, partial(import_module, place))
    for entry in entry_points(group=ENTRY_POINTS):
        _load(entry.value, entry.load)
    known: dict[str, type[Strategy]] = {}
    for each in _subclasses(Strategy):  # type: ignore[type-abstract]
        if not hasattr(each, "name"):
            continue
        other = known.setdefault(each.name, each)
        if other.__module__ != each.__module__:
            places = f"{other.__module__} and {each.__module__}"
            raise StrategyError(f"two strategies are called {each.name}: in {places}")
        known[each.name] = each
    return dict(sorted(known.items()))


def _load(place: str, load: Callable[[], object]) -> None:
    try:
        load()
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise StrategyError(f"cannot read the strategy in {place}: {reason}") from error


def make_strategy(name: str, parameters: Mapping[str, str]) -> Strategy:
    """A strategy from texts such as a command line gives.

    Raises:
        StrategyError: there is no such strategy or parameter, or a value does not fit.
    """
    known = strategies()
    if name not in known:
        raise StrategyError(f"no strategy {name!r}{_meant(name, list(known))}")
    types_of = _parameter_types(known[name])
    for parameter in parameters:
        if parameter not in types_of:
            meant = _meant(parameter, list(types_of))
            raise StrategyError(f"strategy {name} has no parameter {parameter!r}{meant}")
    values = {
        parameter: _parsed(parameter, text, types_of[parameter])
        for parameter, text in parameters.items()
    }
    for field in fields(known[name]):
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        if not has_default and field.name not in values:
            raise StrategyError(
                f"strategy {name} needs its parameter {field.name}: -p {field.name}="
            )
    strategy = known[name](**values)
    strategy.check()
    return strategy


def described_strategies() -> list[dict[str, Any]]:
    """Every strategy for people: name, what it does, its parameters with their defaults."""
    return [
        {
            "name": name,
            "summary": (strategy.__doc__ or "").strip().partition("\n")[0],
            "parameters": {field.name: field.default for field in fields(strategy)},
        }
        for name, strategy in strategies().items()
    ]


def _subclasses(parent: type[Strategy]) -> list[type[Strategy]]:
    found = []
    for child in parent.__subclasses__():
        found += [child, *_subclasses(child)]
    return found


def _parameter_types(strategy: type[Strategy]) -> dict[str, Any]:
    hints = get_type_hints(strategy)
    return {field.name: hints[field.name] for field in fields(strategy)}


def _meant(given: str, known: list[str]) -> str:
    close = get_close_matches(given, known, n=1)
    guess = f" did you mean {close[0]}?" if close else ""
    return f":{guess} there {'is' if len(known) == 1 else 'are'} {', '.join(known) or 'none'}"


def _parsed(name: str, text: str, wanted: Any) -> Any:
    choices = get_args(wanted)
    if get_origin(wanted) is Literal:
        text = SPELLINGS.get(text, text)
        if text in choices:
            return text
        raise StrategyError(f"{name} is one of {', '.join(choices)}, not {text!r}")
    if isinstance(wanted, types.UnionType):
        if text in ("", "none"):
            return None
        wanted = next(choice for choice in choices if choice is not types.NoneType)
    if wanted is bool:
        if text in ("true", "false"):
            return text == "true"
        raise StrategyError(f"{name} is true or false, not {text!r}")
    try:
        value = wanted(text)
    except ValueError:
        value = nan
    # neither NaN nor infinity can be compared or kept as JSON
    if isinstance(value, float) and not isfinite(value):
        kind = {int: "a whole number", float: "a number"}.get(wanted, wanted.__name__)
        raise StrategyError(f"{name} is {kind}, not {text!r}")
    if isinstance(value, int) and abs(value) > GREATEST:
        raise StrategyError(f"{name} is at most {GREATEST:g}, not {text!r}")
    return value
