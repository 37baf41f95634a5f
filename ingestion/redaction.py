"""Keeps secrets out of whatever is written down: logs, rows, errors, archives."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

REDACTED = "REDACTED"

# A shorter secret would blank out ordinary words; where its name stands before it, it goes too.
MIN_SECRET_LENGTH = 6

_NAMED_SECRETS = re.compile(
    r"""(?P<name> (?: api_?key | password | passwd ) ["']? \s* (?: = | : | %3D ) \s* )
        (?: (?P<quote> ["'] ) (?: (?! (?P=quote) ) [^\\] | \\. )* (?P=quote)
          | [^\s&"',;)}\]\\]+ )""",
    re.IGNORECASE | re.VERBOSE,
)
_DSN_PASSWORDS = re.compile(
    r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/]+(?=@)", re.IGNORECASE
)


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
