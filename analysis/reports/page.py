"""The shell of every page: its templates, its style, its scripts, all inside the one file."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
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
    formats.text,
)


def document(template: str, **values: Any) -> str:
    """A whole page from one of the templates beside this module; every value is escaped."""
    scripts = {"plotly": _plotly(), "behaviour": _own("page.js")}
    return (
        _templates()
        .get_template(template)
        .render(
            **values,
            style=Markup(_own("page.css")),  # noqa: S704 - our own file
            scripts={name: Markup(text) for name, text in scripts.items()},  # noqa: S704
            policy=_policy(tuple(scripts.values())),
        )
    )


def inline_json(value: Any) -> Markup:
    """JSON that no text in it can break out of the script element around it."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
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
        loader=PackageLoader("analysis.reports", "templates"),
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
