"""The pages of `docs/` as pages of the site, and the way to dbt's own documentation."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from analysis.reports.page import Frame, document

_CSP: Final = "Content-Security-Policy"
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:; "
    "connect-src data: blob:"
)
DBT_DOCS: Final = "docs/dbt/index.html"
LINEAGE: Final = "docs/lineage/index.html"


def address(name: str) -> str:
    """Where a page of `docs/` lies, from the root of the site."""
    return f"docs/{name}.html"


def guarded(page: str) -> str:
    """A page of other makers, which may run its own scripts and ask nobody for anything."""
    return page.replace("<head>", f'<head><meta http-equiv="{_CSP}" content="{_POLICY}">', 1)


def render_index(
    frame: Frame, pages: Sequence[tuple[str, str]], *, has_dbt_docs: bool, has_lineage: bool
) -> str:
    """The list of what is documented; `pages` are names and titles."""
    return document(
        "docs_index.html",
        frame=frame,
        title="Documentation",
        pages=[(address(name), title) for name, title in pages],
        dbt_docs=DBT_DOCS if has_dbt_docs else None,
        lineage=LINEAGE if has_lineage else None,
    )


def render_page(frame: Frame, source: Path) -> str:
    """One page of `docs/` as HTML; its links to other such pages lead to theirs."""
    text = source.read_text(encoding="utf-8")
    return document(
        "docs_page.html",
        frame=frame,
        title=title_of(source),
        body=Markup(_html(text)),  # noqa: S704 - our own pages, and no HTML of theirs passes
    )


def title_of(source: Path) -> str:
    """The first heading of a page."""
    found = re.search(r"^# (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else source.stem


def _html(text: str) -> str:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    if tokens and tokens[0].type == "heading_open":
        # the page has its title already
        tokens = tokens[3:]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            token.attrSet("id", _anchor(following.content))
        if token.type == "inline":
            for child in token.children or ():
                _lead_home(child)
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )


def _anchor(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _lead_home(token: Token) -> None:
    """Have a link to another page lead to it; what is not on the site is no link."""
    if token.type != "link_open":
        return
    target = str(token.attrGet("href") or "")
    page = re.fullmatch(r"([\w-]+)\.md(#.*)?", target)
    if page:
        token.attrSet("href", f"{page[1]}.html{page[2] or ''}")
    elif not target.startswith("#"):
        token.attrs = {"title": target}
