"""What the books of one event show, as text; what does not change between reads is kept."""

from dataclasses import dataclass

from simulator.books import Book
from simulator.inplay import Play
from simulator.latent import Path
from simulator.lives import Event
from simulator.market import Feed, Gap, play_read
from simulator.quotes import Outcome, Sides, believed_law, in_play, pre_match
from simulator.randomness import mix
from simulator.rendering import Style, market_tail, text

_STAMPS_DIFFER = 13  # of 256: 5 % of the markets
_PLAY_STEP = 20

StampedMarket = tuple[str, int, str]
"""A market's key, its stamp (epoch seconds) and the text that follows the stamp."""


@dataclass(frozen=True, slots=True)
class _Fragment:
    """A book's markets from one belief step to the next, with gaps where the stamps go."""

    tails: tuple[tuple[str, str], ...]
    around_stamps: tuple[str, ...]


class BookRenderer:
    """Writes the featured markets of the books of one event."""

    def __init__(self, event: Event, path: Path, play: Play | None) -> None:
        self._event = event
        self._path = path
        self._play = play
        self._sides = Sides(event.home_shown, event.away_shown)
        self._fragments: dict[tuple[str, str, int], _Fragment] = {}

    def entry(self, feed: Feed, seconds: int, style: Style) -> str | None:
        """The bookmaker's entry at that moment, None where it has none."""
        if seconds < feed.closes and not feed.is_irregular:
            if not feed.is_shown(seconds):
                return None
            step, stamp = feed.state(seconds)
            if not _differs(feed, stamp):
                around = self._fragment(feed, step, style).around_stamps
                return style.moment(stamp).join(around) if around else None
        markets = self.markets(feed, seconds, style)
        if not markets:
            return None
        newest = max(stamp for _, stamp, _ in markets)
        return self.book_entry(feed.book, newest, markets, style)

    def markets(self, feed: Feed, seconds: int, style: Style) -> list[StampedMarket]:
        """The featured markets the book shows at that moment."""
        play = self._play
        if play is not None and seconds >= play.started:
            return self._in_play(feed, seconds, style, play)
        if not feed.is_shown(seconds):
            return []
        step, stamp = feed.state(seconds)
        markets = _stamp(feed, step, stamp, self._fragment(feed, step, style).tails)
        return self._disturb(feed, seconds, style, markets) if feed.is_irregular else markets

    def book_entry(self, book: Book, stamp: int, markets: list[StampedMarket], style: Style) -> str:
        """One bookmaker with its markets; a stamp of its own only where the endpoint has one."""
        entries = ",".join(
            f'{{"key":"{key}","last_update":{style.moment(moment)}{tail}'
            for key, moment, tail in markets
        )
        own = f',"last_update":{style.moment(stamp)}' if style.has_book_stamps else ""
        return f'{self._name(book)}{own}{self._extras(book, style)},"markets":[{entries}]}}'

    def _name(self, book: Book) -> str:
        return f'{{"key":"{book.key}","title":{text(book.title)}'

    def _extras(self, book: Book, style: Style) -> str:
        extras = ""
        if style.has_links:
            extras += f',"link":"https://{book.key}.example/event/{self._event.event_id}"'
        if style.has_sids:
            extras += f',"sid":"{mix(self._event.rotation, self._event.scheduled) % 10**8:08d}"'
        return extras

    def _fragment(self, feed: Feed, step: int, style: Style) -> _Fragment:
        key = (feed.book.key, style.key, step)
        fragment = self._fragments.get(key)
        if fragment is None:
            fragment = self._fragments[key] = self._make_fragment(feed, step, style)
        return fragment

    def _make_fragment(self, feed: Feed, step: int, style: Style) -> _Fragment:
        tails = tuple(
            (market, self._tail(feed, outcomes, style))
            for market, outcomes in self._outcomes(feed, offered(feed.book, style.markets), step)
        )
        if not tails:
            return _Fragment((), ())
        own = ',"last_update":' if style.has_book_stamps else ""
        around = [self._name(feed.book) + own]
        before = self._extras(feed.book, style) + ',"markets":['
        for market, tail in tails:
            around.append(f'{before}{{"key":"{market}","last_update":')
            before = tail + ","
        if not style.has_book_stamps:
            around[:2] = ["".join(around[:2])]
        return _Fragment(tails, (*around, before[:-1] + "]}"))

    def _outcomes(
        self, feed: Feed, markets: list[str], step: int
    ) -> list[tuple[str, tuple[Outcome, ...]]]:
        law, path, sides = believed_law(feed, step), self._path, self._sides
        return [
            (market, pre_match(feed, market, step, believed=law, path=path, sides=sides))
            for market in markets
        ]

    def _tail(self, feed: Feed, outcomes: tuple[Outcome, ...], style: Style) -> str:
        return market_tail(outcomes, style, is_exchange=feed.book.kind == "exchange")

    def _disturb(
        self, feed: Feed, seconds: int, style: Style, markets: list[StampedMarket]
    ) -> list[StampedMarket]:
        """The markets where one may be missing, one-sided or frozen, or planted with an old stamp.

        What is planted is never disturbed.
        """
        gaps = {gap.market: gap for gap in feed.gaps if gap.starts <= seconds < gap.ends}
        shown: list[StampedMarket] = []
        for market, stamp, tail in markets:
            override = feed.override_at(market, seconds)
            gap = gaps.get(market)
            if override is not None and override.frozen_at is not None:
                shown.append((market, feed.last_read(override.frozen_at), tail))
            elif override is not None or gap is None:
                shown.append((market, stamp, tail))
            elif gap.kind != "missing":
                regular = (market, stamp, tail)
                shown.extend(self._flawed(feed, gap, regular, style, seconds=seconds))
        return shown

    def _flawed(
        self, feed: Feed, gap: Gap, regular: StampedMarket, style: Style, *, seconds: int
    ) -> list[StampedMarket]:
        """The market within a gap that leaves it visible."""
        market, stamp, _ = regular
        if gap.kind == "one_sided":
            [(_, outcomes)] = self._outcomes(feed, [market], feed.belief.at(seconds))
            return [(market, stamp, self._tail(feed, outcomes[:1], style))]
        if gap.starts < feed.opens:
            return []
        step, old_stamp = feed.state(gap.starts)
        return [(market, old_stamp, dict(self._fragment(feed, step, style).tails)[market])]

    def _in_play(self, feed: Feed, seconds: int, style: Style, play: Play) -> list[StampedMarket]:
        read = play_read(feed.book, feed.seed, play.started, seconds)
        if read is None or seconds >= play.ended:
            return []
        law = play.law(read, self._path.closing_law)
        markets = []
        for market in offered(feed.book, style.markets):
            if market == "h2h_lay":
                continue
            outcomes = in_play(
                feed.book, market, law, self._sides, seed=feed.seed, read=read // _PLAY_STEP
            )
            if outcomes is not None:
                markets.append((market, read, self._tail(feed, outcomes, style)))
        return markets


def offered(book: Book, markets: tuple[str, ...]) -> list[str]:
    """The asked markets the book has; an exchange adds lay prices to h2h unasked."""
    result = [market for market in markets if market in book.markets]
    if book.has_lay and ("h2h" in markets or "h2h_lay" in markets):
        place = result.index("h2h") + 1 if "h2h" in result else 0
        result.insert(place, "h2h_lay")
    return result


def _differs(feed: Feed, stamp: int) -> bool:
    """Whether one market was read some seconds before the others: one of three, so thrice 5 %."""
    return mix(feed.seed, stamp, 7) & 255 < 3 * _STAMPS_DIFFER


def _stamp(
    feed: Feed, step: int, stamp: int, tails: tuple[tuple[str, str], ...]
) -> list[StampedMarket]:
    markets = [(market, stamp, tail) for market, tail in tails]
    if len(markets) > 1 and _differs(feed, stamp):
        noise = mix(feed.seed, stamp, 8)
        place = noise % len(markets)
        earlier = max(stamp - 1 - (noise >> 16) % 5, feed.belief.times[step])
        markets[place] = (markets[place][0], earlier, markets[place][2])
    return markets
