"""Pages tell what the code tells: made from it, or held to it."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.pages import MARK, PAGES, commands, written
from ingestion.settings import PROJECT_DIR
from tests.pages import page_text, shell_lines

MODELS = PROJECT_DIR / "dbt_project" / "models"
HANDWRITTEN = [
    *sorted(PROJECT_DIR.glob("*.md")),
    *sorted(path for path in (PROJECT_DIR / "docs").glob("*.md") if path not in PAGES),
]
COMMANDS = dict(commands())


def page_id(path: Path) -> str:
    return path.name


def without_code(page: str) -> str:
    return re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)


def anchors(page: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", without_code(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def models_in(folder: str) -> set[str]:
    return {path.stem for path in (MODELS / folder).rglob("*.sql")}


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_a_page_is_what_make_docs_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == written(path), "run `make docs`"


def test_a_page_without_its_mark_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.md"
    path.write_text("all by hand\n")
    monkeypatch.setitem(PAGES, path, lambda: "made")  # type: ignore[misc]
    with pytest.raises(ValueError, match="there is no line"):
        written(path)
    path.write_text(f"by hand\n{MARK}old")
    assert written(path) == f"by hand\n{MARK}\nmade"


@pytest.mark.parametrize("path", [*HANDWRITTEN, *PAGES], ids=page_id)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", without_code(page_text(path))):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name) if name else path
        assert found.exists(), target
        assert not anchor or anchor in anchors(page_text(found)), target


@pytest.mark.parametrize("path", HANDWRITTEN, ids=page_id)
def test_every_command_that_a_page_names_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", page_text("Makefile"), re.MULTILINE))
    for program, *words in shell_lines(path):
        if program == "odds":
            assert_odds_takes(words)
        elif program == "make":
            assert next(word for word in words if word[0] != "-" and "=" not in word) in targets
        elif program.endswith("python") and words[0] == "-m":
            assert find_spec(words[1]), words
    quoted = re.findall(r"`(odds [a-z][^`]*)`", without_code(page_text(path)))
    for words in (re.split(r"[ |]", each) for each in quoted):
        assert any(name.split()[1] == words[1] for name in COMMANDS), words


def assert_odds_takes(words: list[str]) -> None:
    """Fails where the command, or an option of it, is not there."""
    names = [name for name in COMMANDS if ["odds", *words][: len(name.split())] == name.split()]
    assert len(names) == 1, words
    command: Any = COMMANDS[names[0]]
    rest = words[len(names[0].split()) - 1 :]
    context = command.context_class(command, info_name=names[0])
    command.make_parser(context).parse_args(args=list(rest))


@pytest.mark.parametrize("path", HANDWRITTEN, ids=page_id)
def test_every_file_and_model_that_a_page_names_exists(path: Path) -> None:
    """Only what looks like a place in this repository: a folder of it, then a name."""
    tops = {found.name for found in PROJECT_DIR.iterdir() if found.is_dir()} - {"data", "target"}
    relations = models_in("") | {
        found.stem for found in PROJECT_DIR.rglob("dbt_project/seeds/*.csv")
    }
    for name in re.findall(r"`([\w./]+)`", without_code(page_text(path))):
        if "/" in name and name.partition("/")[0] in tops:
            assert (PROJECT_DIR / name).exists(), name
        if re.match(r"(stg|int|fct|dim|rpt)_\w+$", name):
            assert name in relations, name


def test_every_mart_stands_in_the_architecture() -> None:
    page = page_text("docs/architecture.md")
    missing = {name for name in models_in("marts") if not re.search(rf"\b{name}\b", page)}
    assert missing - {"rpt_mart_freshness"} == set()


def test_every_folder_of_models_belongs_to_a_group_that_is_described() -> None:
    project = yaml.safe_load(page_text("dbt_project.yml"))["models"]["odds_warehouse"]
    described = {group["name"] for group in groups()}
    folders = {path.parent.relative_to(MODELS).parts[:2] for path in MODELS.rglob("*.sql")}
    configured = {
        (layer, folder): settings["+group"]
        for layer, of_layer in project.items()
        for folder, settings in of_layer.items()
        if not folder.startswith("+")
    }
    assert set(configured) == folders
    assert set(configured.values()) == described


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((MODELS / "_groups.yml").read_text())["groups"]
    return found


def exposures() -> list[dict[str, Any]]:
    found = yaml.safe_load((MODELS / "_exposures.yml").read_text())["exposures"]
    return list(found)


def test_every_exposure_has_an_owner_and_leads_to_its_description() -> None:
    for exposure in exposures():
        page, _, anchor = exposure["url"].partition("#")
        assert anchor in anchors(page_text(page)), exposure["name"]
        assert exposure["owner"]["name"]


def test_every_relation_that_python_reads_is_part_of_an_exposure() -> None:
    """A mart that is renamed, or a command that reads another one, shows in the lineage."""
    relations = models_in("marts") | {path.stem for path in MODELS.parent.glob("seeds/*.csv")}
    read = {
        name
        for folder in ("analysis", "cli", "scheduler")
        for path in (PROJECT_DIR / folder).rglob("*.py")
        for name in re.findall(r"\b(?:marts|quality|ops)\.(\w+)", path.read_text(encoding="utf-8"))
        if name in relations
    }
    told = {
        re.sub(r"ref\('(\w+)'\)", r"\1", reference)
        for exposure in exposures()
        # dashboards that others make in their own tools read what they like
        if not exposure["url"].startswith("docs/bi.md")
        for reference in exposure["depends_on"]
    }
    assert {"fct_best_prices", "settlement_rules"} <= read
    assert read - told == set()
    # read by another name: the alias of the model
    assert told - read == {"rpt_mart_freshness"}


def test_hooks_call_what_the_makefile_calls() -> None:
    makefile = page_text("Makefile").replace("$(BIN)", ".venv/bin")
    (repository,) = yaml.safe_load(page_text(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        entry = hook["entry"]
        assert f"\t{entry}" in makefile or f"\n{entry.removeprefix('make ')}:" in makefile, entry


def test_the_forge_runs_what_main_must_pass() -> None:
    workflow = yaml.safe_load(page_text(".github/workflows/ci.yml"))
    runs = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    ]
    assert runs == [".ci/run"]
    versions = workflow["jobs"]["run"]["strategy"]["matrix"]["python"]
    lowest, above = re.findall(r"\d+\.(\d+)", project()["requires-python"])
    assert versions == [f"3.{lowest}", f"3.{int(above) - 1}"]


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(page_text("pyproject.toml"))["project"]
    return found


def test_the_version_is_that_of_the_change_log() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", page_text("CHANGELOG.md"), re.MULTILINE)
    assert project()["version"] == versions[0]
    assert project()["license"] == "MIT"
    assert page_text("LICENSE").startswith("MIT License")
