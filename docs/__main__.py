"""`python -m docs` (`make docs`): write the pages that are made from something else.

docs/commands.md is made from the help texts of `odds`, docs/glossary.md from the doc blocks of
dbt. What stands above the mark in a page is written by hand and stays.
"""

from docs.pages import PAGES, written

if __name__ == "__main__":
    for path in PAGES:
        path.write_text(written(path), encoding="utf-8")
