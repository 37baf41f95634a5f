"""What a feed can do to a recording: starts that move, gaps, delistings, stamps, errors.

Every mutation is `list[line] -> list[line]`, decided by its seed alone, and leaves its input as it
is, so that mutations compose. Calls asked otherwise: `request_mutations`.
"""

from collections.abc import Callable
from random import Random

from tests.oracle.edits import (
    MINUTE,
    Json,
    Mutation,
    Stretches,
    announced_starts,
    captured,
    edit_events,
    edit_markets,
    in_order,
    is_odds,
    is_sport_call,
    moved_to,
    seeded,
    with_events,
)
from tests.oracle.responses import Line
from tests.oracle.values import parse_time, to_iso


def compose(*mutations: Mutation) -> Mutation:
    """Apply mutations from left to right."""

    def composed(lines: list[Line]) -> list[Line]:
        for mutation in mutations:
            lines = mutation(lines)
        return lines

    return composed


def starts_moved_early(*, seed: int, share: float = 0.3, longest: int = 25) -> Mutation:
    """Starts shown in play lie up to `longest` minutes earlier, before some older quotes."""

    def mutate(lines: list[Line]) -> list[Line]:
        def edit(line: Line, event: Json) -> Json:
            random = seeded(seed, event["id"])
            start = parse_time(event["commence_time"]) or 0
            if random.random() >= share or captured(line) < start:
                return event
            # a line apart may draw anew, so that the earliest one is not the last one
            early = random.randint(1, longest) + seeded(captured(line)).randint(0, 3)
            return {**event, "commence_time": to_iso(start - early * MINUTE)}

        return edit_events(lines, edit)

    return mutate


def starts_rewritten_far_back(*, seed: int, share: float = 0.4, longest: int = 240) -> Mutation:
    """Once under way, events show a start hours before, as the feed of college games does.

    Some show it in every look, some from a moment on, some are then rewritten a second time.
    """

    def mutate(lines: list[Line]) -> list[Line]:
        def edit(line: Line, event: Json) -> Json:
            random = seeded(seed, event["id"])
            start = parse_time(event["commence_time"]) or 0
            since = random.choice([0, 0, random.randint(0, 60)]) * MINUTE
            if random.random() >= share or captured(line) < start + since:
                return event
            back = [random.randint(16, longest) for _ in range(2)]
            is_second = captured(line) >= start + random.randint(30, 90) * MINUTE
            shown = start - back[is_second] * MINUTE
            return {**event, "commence_time": to_iso(shown)}

        return edit_events(lines, edit)

    return mutate


def starts_wavering(*, seed: int, share: float = 0.3) -> Mutation:
    """Around the start, looks that show it as begun and looks that show it as to come alternate."""

    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)

        def edit(line: Line, event: Json) -> Json:
            if seeded(seed, event["id"]).random() >= share:
                return event
            since = (captured(line) - starts[event["id"]]) // MINUTE
            random = seeded(seed, event["id"], captured(line))
            if not -20 <= since <= 60 or random.random() < 0.4:
                return event
            shown = captured(line) // MINUTE + random.randint(-20, 20)
            return {**event, "commence_time": to_iso(shown * MINUTE)}

        return edit_events(lines, edit)

    return mutate


def starts_moved_later(*, seed: int, share: float = 0.3, longest: int = 480) -> Mutation:
    """From some moment on, before or after the start, events announce a later one."""
    begins = Stretches(seed=seed, share=share)

    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)

        def edit(line: Line, event: Json) -> Json:
            span = begins.span((event["id"],), starts[event["id"]])
            if span is None or captured(line) < span[0]:
                return event
            later = seeded(seed, event["id"]).randint(15, longest) * MINUTE
            start = parse_time(event["commence_time"]) or 0
            return {**event, "commence_time": to_iso(start + later)}

        return edit_events(lines, edit)

    return mutate


def starts_moved_after_last_pre_match(*, seed: int, share: float = 0.3) -> Mutation:
    """A delay nobody announced in time: the first looks after the start show a later one."""

    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)

        def edit(line: Line, event: Json) -> Json:
            random = seeded(seed, event["id"])
            if random.random() >= share:
                return event
            start, delay = starts[event["id"]], random.randint(20, 150) * MINUTE
            if not start <= captured(line) < start + delay:
                return event
            return {**event, "commence_time": to_iso(start + delay)}

        return edit_events(lines, edit)

    return mutate


def lost_snapshots(*, seed: int, share: float = 0.2) -> Mutation:
    """No line is left in the 61 to 240 minutes before some of the starts."""

    def mutate(lines: list[Line]) -> list[Line]:
        gaps = []
        for start in sorted(set(announced_starts(lines).values())):
            random = seeded(seed, start)
            if random.random() < share:
                gaps.append((start - random.randint(61, 240) * MINUTE, start))
        return [
            line for line in lines if not any(begin <= captured(line) < end for begin, end in gaps)
        ]

    return mutate


def missing_books(*, seed: int, share: float = 0.2) -> Mutation:
    """Books leave events for a stretch."""
    return _missing(Stretches(seed=seed, share=share), "book")


def missing_markets(*, seed: int, share: float = 0.2) -> Mutation:
    """Markets of a book leave events for a stretch."""
    return _missing(Stretches(seed=seed, share=share), "market")


def missing_outcomes(*, seed: int, share: float = 0.2) -> Mutation:
    """One outcome of a market leaves for a stretch; the others stay."""
    return _missing(Stretches(seed=seed, share=share), "outcome")


def _missing(gone: Stretches, grain: str) -> Mutation:
    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)

        def edit(line: Line, event: Json) -> Json:
            moment, start = captured(line), starts[event["id"]]

            def cut(book: Json, market: Json) -> Json | None:
                thing = (event["id"], book["key"], market["key"] if grain != "book" else None)
                if not gone(thing, start, moment):
                    return market
                outcomes = market["outcomes"]
                if grain != "outcome" or len(outcomes) < 2:
                    return None
                lost = sorted({outcome["name"] for outcome in outcomes})[len(book["key"]) % 2]
                kept = [outcome for outcome in outcomes if outcome["name"] != lost]
                return {**market, "outcomes": kept} if kept else None

            return edit_markets(event, cut)

        return edit_events(lines, edit)

    return mutate


def missing_events(*, seed: int, share: float = 0.2) -> Mutation:
    """Events leave the feed for a stretch, some of them across the start."""
    gone = Stretches(seed=seed, share=share)

    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)
        return edit_events(
            lines,
            lambda line, event: (
                None if gone((event["id"],), starts[event["id"]], captured(line)) else event
            ),
        )

    return mutate


def stale_stamps(*, seed: int, share: float = 0.2) -> Mutation:
    """`last_update` of a market and its book stands still for a stretch."""
    frozen = Stretches(seed=seed, share=share, shortest=16)

    def mutate(lines: list[Line]) -> list[Line]:
        starts = announced_starts(lines)

        def edit(line: Line, event: Json) -> Json:
            start, moment = starts[event["id"]], captured(line)

            def freeze(book: Json, market: Json) -> Json:
                span = frozen.span((event["id"], book["key"], market["key"]), start)
                if span is None or not span[0] <= moment < span[1]:
                    return market
                return {**market, "last_update": to_iso(span[0] // 1_000_000 * 1_000_000)}

            return edit_markets(event, freeze)

        return edit_events(lines, edit)

    return mutate


def books_aged_out(*, seed: int, share: float = 0.3) -> Mutation:
    """Stamps stand still for a stretch, and what has not been read for 15 minutes is dropped."""
    freeze = stale_stamps(seed=seed, share=share)

    def mutate(lines: list[Line]) -> list[Line]:
        def edit(line: Line, event: Json) -> Json:
            oldest = captured(line) - 15 * MINUTE

            def drop(_: Json, market: Json) -> Json | None:
                stamp = parse_time(market.get("last_update"))
                return None if stamp is not None and stamp <= oldest else market

            return edit_markets(event, drop)

        return edit_events(freeze(lines), edit)

    return mutate


def future_stamps(*, seed: int, share: float = 0.2, longest: int = 4) -> Mutation:
    """Some markets are stamped up to `longest` seconds after they were served."""

    def mutate(lines: list[Line]) -> list[Line]:
        def edit(line: Line, event: Json) -> Json:
            def stamp(book: Json, market: Json) -> Json:
                random = seeded(seed, event["id"], book["key"], captured(line))
                if random.random() >= share:
                    return market
                ahead = captured(line) // 1_000_000 + random.randint(1, longest)
                return {**market, "last_update": to_iso(ahead * 1_000_000)}

            return edit_markets(event, stamp)

        return edit_events(lines, edit)

    return mutate


def empties(*, seed: int, share: float = 0.1) -> Mutation:
    """Empty answers come between full ones."""
    return _inserted(seed, share, lambda line, _: with_events(line, []))


BAD_ANSWERS = [
    (401, {"message": "Usage quota reached.", "error_code": "OUT_OF_USAGE_CREDITS"}),
    (404, {"message": "Unknown sport.", "error_code": "UNKNOWN_SPORT"}),
    (422, {"message": "Invalid markets.", "error_code": "INVALID_MARKET"}),
    (429, {"message": "Slow down.", "error_code": "EXCEEDED_FREQ_LIMIT"}),
    (500, None),
    (200, None),
    (200, {"message": "not a list"}),
]


def errors(*, seed: int, share: float = 0.1) -> Mutation:
    """Errors and malformed answers come between good ones."""

    def broken(line: Line, random: Random) -> Line:
        status, body = random.choice(BAD_ANSWERS)
        return {**line, "status": status, "body": body}

    return _inserted(seed, share, broken)


def _inserted(seed: int, share: float, make: Callable[[Line, Random], Line]) -> Mutation:
    def mutate(lines: list[Line]) -> list[Line]:
        inserted = []
        for line in lines:
            inserted.append(line)
            random = seeded(seed, captured(line))
            if is_sport_call(line) and random.random() < share:
                later = moved_to(line, captured(line) + random.randint(1, 90) * 1_000_000)
                inserted.append(make(later, random))
        return inserted

    return mutate


def duplicates(*, seed: int, share: float = 0.2) -> Mutation:
    """Lines are repeated, at once or at the end."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        doubled: list[Line] = []
        later: list[Line] = []
        for line in lines:
            doubled.append(line)
            if random.random() < share:
                random.choice([doubled, later]).append(line)
        return doubled + later

    return mutate


def shuffled(*, seed: int) -> Mutation:
    """Lines come in any order."""

    def mutate(lines: list[Line]) -> list[Line]:
        return seeded(seed).sample(lines, len(lines))

    return mutate


def decimal_prices(*, seed: int, share: float = 0.5) -> Mutation:
    """Some calls ask for decimal prices (two places, as the API gives them)."""

    def mutate(lines: list[Line]) -> list[Line]:
        mutated = []
        for line in lines:
            is_american = line["params"].get("oddsFormat") == "american"
            if is_odds(line) and is_american and seeded(seed, captured(line)).random() < share:
                params = {**line["params"], "oddsFormat": "decimal"}
                (priced,) = edit_events([line], lambda _, event: edit_markets(event, _in_decimal))
                mutated.append({**priced, "params": params})
            else:
                mutated.append(line)
        return mutated

    return mutate


def _in_decimal(_: Json, market: Json) -> Json:
    def decimal(american: float) -> float:
        return round(1 + (american / 100 if american > 0 else -100 / american), 2)

    outcomes = [{**each, "price": decimal(each["price"])} for each in market["outcomes"]]
    return {**market, "outcomes": outcomes}


def last_looks_late(lines: list[Line], *, within: int = 120) -> list[list[Line]]:
    """Two batches: the second has the looks of the `within` minutes before each start."""
    starts = set(announced_starts(lines).values())
    batches: list[list[Line]] = [[], []]
    for line in lines:
        moment = captured(line)
        is_late = any(start - within * MINUTE <= moment < start for start in starts)
        batches[is_late].append(line)
    return batches


def arrival_batches(
    lines: list[Line], *, seed: int, batches: int = 6, late_share: float = 0.2
) -> list[list[Line]]:
    """Split lines in order of time into batches of arrival; some lines come batches too late."""
    random = seeded(seed)
    split: list[list[Line]] = [[] for _ in range(batches)]
    for position, line in enumerate(in_order(lines)):
        due = position * batches // len(lines)
        is_late = due + 1 < batches and random.random() < late_share
        split[random.randint(due + 1, batches - 1) if is_late else due].append(line)
    return [random.sample(batch, len(batch)) for batch in split]
