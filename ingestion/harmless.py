"""Text from outside as a terminal may have it: nothing in it steers the terminal or turns the line.

Names in answers, messages of the API, cells of a table of scores: each may hold escape sequences,
control characters of one byte, or marks that turn the direction of what follows.
"""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def harmless(text: str) -> str:
    """The text with a mark for each character that is not printed, but for line ends and tabs."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\n\t" else REPLACEMENT for each in text)


def escaped(json_text: str) -> str:
    """JSON text with the same value, in which such characters stand as escapes."""
    if json_text.isprintable():
        return json_text
    return "".join(
        each if each.isprintable() or each == "\n" else _escape(each) for each in json_text
    )


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
