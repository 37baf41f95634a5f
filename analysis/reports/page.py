"""The shell of every page: its templates, its style, its scripts.

A page that stands alone has all of them inside; the pages of a site share files beside them.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.reports import formats

_FILTERS = (
    formats.money,
    formats.price,
    formats.points,
    formats.percent,
    formats.count,
    formats.american,
    formats.moment,
    formats.iso,
    formats.text,
)


# a page of a site runs the site's scripts and asks nobody for anything; not every browser takes the
# files beside a file for the same site
SITE_POLICY: Final = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Frame:
    """What every page of a site has around it.

    Attributes:
        root: the way from the page to the folder of the site: empty, or `../`.
        current: the key of the menu that the page belongs to.
        menu: key, address from the root, and words of every entry.
        as_of: the moment that the numbers hold for.
        is_past: whether that moment was asked for, so that ages count from it and not from now.
        last_odds_at: when a price was last seen; none where there is none.
        where: the warehouse, as a person would name it.
    """

    root: str
    current: str
    menu: Sequence[tuple[str, str, str]]
    as_of: datetime
    is_past: bool
    last_odds_at: datetime | None
    where: str


def document(template: str, *, frame: Frame | None = None, **values: Any) -> str:
    """A whole page from one of our templates; every value is escaped.

    Args:
        template: the name of a template of the reports or of the site.
        frame: of a page of a site; without one, the page holds its style and scripts itself.
        values: what the template names.
    """
    if frame is None:
        scripts = {"plotly": _plotly(), "behaviour": _own("page.js")}
        values |= {
            "style": Markup(_own("page.css")),  # noqa: S704 - our own file
            "scripts": {name: Markup(text) for name, text in scripts.items()},  # noqa: S704
            "policy": _policy(tuple(scripts.values())),
        }
    else:
        values["policy"] = SITE_POLICY
    return _templates().get_template(template).render(**values, frame=frame)


def shared_files() -> Mapping[str, str]:
    """The files that the pages of a site share: name and text."""
    return {name: _own(name) for name in ("page.css", "page.js")} | {"plotly.min.js": _plotly()}


def inline_json(value: Any) -> Markup:
    """JSON that no text in it can break out of the script element around it."""
    text = orjson.dumps(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _policy(scripts: tuple[str, ...]) -> str:
    """What the browser may do for this page: run these scripts, and ask nobody for anything."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader(f"analysis.{name}", "templates") for name in ("reports", "site")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {function.__name__: function for function in _FILTERS}
    environment.filters["inline_json"] = inline_json
    return environment


@cache
def _plotly() -> str:
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def _own(name: str) -> str:
    return (files("analysis.reports") / name).read_text(encoding="utf-8")
