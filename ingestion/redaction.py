"""Keeps secrets out of whatever is written down: logs, rows, errors, archives."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

REDACTED = "REDACTED"

# A shorter secret would blank out ordinary words; where its name stands before it, it goes too.
MIN_SECRET_LENGTH = 6

_NAMED_SECRETS = re.compile(
    r"""(?P<name> (?: api_?key | password | passwd ) ["']? \s* (?: = | : | %3D ) \s* )
        (?: (?P<quote> ["'] ) (?: (?! (?P=quote) ) [^\\] | \\. )* (?P=quote)
          | [^\s&"',;)}\]\\]+ )""",
    re.IGNORECASE | re.VERBOSE,
)
_URL = re.compile(
    r"[a-z][a-z0-9+.-]*://(?P<rest>(?:[^/@:]*(?::(?P<password>[^/@]*))?@)?(?P<after>.*))",
    re.IGNORECASE,
)
_BETWEEN_PIECES = re.compile("[/?&=:,]+")
_MAY_BE_A_TOKEN = re.compile(
    r"(?=.*[0-9A-Z]|.{16})(?!.*\.[a-z]{2,}$)(?!\d{1,3}(\.\d{1,3}){3}$).{8,}"
)
_DSN_PASSWORDS = re.compile(
    r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/]+(?=@)", re.IGNORECASE
)


def secrets_of_url(url: str) -> Iterator[str]:
    """Yield what in the address of a service may be a token or password; hosts and words stay.

    Args:
        url: in the notation of apprise, where a token may stand anywhere behind the scheme.
    """
    parts = _URL.fullmatch(url.strip())
    if parts is None:
        yield url
        return
    yield parts["rest"]
    if parts["password"]:
        yield parts["password"]
        yield unquote(parts["password"])
    for piece in _BETWEEN_PIECES.split(parts["after"]):
        if _MAY_BE_A_TOKEN.fullmatch(piece):
            yield piece
            yield unquote(piece)


class Redactor:
    """Replaces the given secrets, and whatever looks like one by its name, in any text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {
            spelling
            for secret in secrets
            if len(secret) >= MIN_SECRET_LENGTH
            for spelling in (
                secret,
                quote(secret, safe=""),
                quote_plus(secret),
                json.dumps(secret)[1:-1],
                repr(secret)[1:-1],
            )
        }
        longest_first = sorted(spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, text: str) -> str:
        """Return the text for a person to read: secrets, named secrets and DSN passwords gone."""
        text = _NAMED_SECRETS.sub(_keep_the_name, self.exact(text))
        return _DSN_PASSWORDS.sub(rf"\g<head>{REDACTED}", text)

    def exact(self, text: str) -> str:
        """Return the text without the given secrets and otherwise untouched, for payloads."""
        return self._secrets.sub(REDACTED, text) if self._secrets else text


def _keep_the_name(match: re.Match[str]) -> str:
    quote_mark = match["quote"] or ""
    return f"{match['name']}{quote_mark}{REDACTED}{quote_mark}"
