"""Builds and runs the real Dockerfile on this machine, without a container engine.

    sudo .venv/bin/python -m deploy.try_container [--work DIR] [--kills N] [--only collector|lambda]

Needs: root (for mounts and namespaces), the Debian packages buildah and debootstrap, what
`make install` installs, Debian's archive and the package index as this machine is set up for them,
3 GB of disk and about ten minutes. What it makes is below DIR and in buildah's own storage.

It shows that the container, with a read-only root, as its own user and as process 1, collects from
the simulator into a real Postgres; that its health check passes; that it stops on SIGTERM within
ten seconds, idle and in the middle of a build or a call; that it goes on after kill -9 at any
moment, with nothing lost and nothing twice; that the site is served (on port 8080); and
that the same image runs as a Lambda function.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
import yaml
from pydantic import SecretStr

from cli.local_postgres import PostgresAddress, local_postgres
from deploy.try_container import image as images
from deploy.try_container.container import Container
from deploy.try_container.lambda_service import LambdaService
from deploy.try_container.reckoning import Witness, heartbeats, reckon, wait_until
from ingestion.settings import PROJECT_DIR, Settings, load_settings
from simulator import DEMO_KEY, Season, SeasonOptions, VirtualClock, serve
from simulator.server import Server

DBT_DOCS_URL = "http://127.0.0.1:8080/docs/dbt/index.html"
INTERVAL_SECONDS = 60
FIRST_RUN_SECONDS = 300
STOP_SECONDS = 10
# from the start of the process to its first call: Python and dbt are imported meanwhile
START_SECONDS = 60
INTO_THE_BUILD_SECONDS = 15
# as a schedule would, the function is called again while it has something to do soon
SOON = timedelta(minutes=2)
MOST_INVOCATIONS = 4


def main() -> None:
    """Build, run, show."""
    given = _arguments()
    for program in ("buildah", "debootstrap", "unshare", "nsenter"):
        if not shutil.which(program):
            raise SystemExit(
                f"{program} is not installed here: apt-get install buildah debootstrap"
            )
    if os.geteuid() != 0:
        raise SystemExit("run this as root: it mounts file systems")
    given.work.mkdir(parents=True, exist_ok=True)
    _say("building the image …")
    started = time.monotonic()
    images.build(given.work)
    _say(f"ok     built in {time.monotonic() - started:.0f} s")
    for name, trial in (("collector", _try_collector), ("lambda", _try_lambda)):
        if given.only in (None, name):
            with ExitStack() as stack:
                trial(stack, given)
    _say("all is well")


def _try_collector(stack: ExitStack, given: argparse.Namespace) -> None:
    server, witness = _simulator(stack)
    container, settings = _container(stack, server)
    container.environment |= {"ODDS_POLICY": "fixed", "ODDS_FIXED_INTERVAL_MINUTES": "1"}
    container.start()
    witness.wait_for_calls(1, within=START_SECONDS)
    time.sleep(INTO_THE_BUILD_SECONDS)
    _stop(container, "in the middle of the first build")

    beats = heartbeats(settings)
    container.start()
    took = wait_until(
        lambda: heartbeats(settings) > beats, within=FIRST_RUN_SECONDS, what="whole run"
    )
    _say(f"ok     starts, collects and builds: {took:.0f} s, {len(witness.answers)} calls")
    health = container.run_inside(container.image.health_check)
    if health.returncode:
        raise SystemExit(f"FAILED: health check\n{health.stdout}{health.stderr}")
    _say(f"ok     {' '.join(container.image.health_check)} says it is well")
    _say(f"       most memory: {container.most_memory():.0f} MB")
    _stop(container, "idle")

    container.start()
    server.disturb(delay_seconds=STOP_SECONDS * 2)
    witness.wait_for_calls(1, within=INTERVAL_SECONDS + START_SECONDS)
    _stop(container, "in the middle of a call")

    container.start()
    for number in range(given.kills):
        if number == 0:
            server.disturb(delay_seconds=STOP_SECONDS)
        took = witness.wait_for_calls(1, within=INTERVAL_SECONDS + START_SECONDS)
        pause = random.uniform(0, 3)  # noqa: S311 - any moment will do
        time.sleep(pause)
        container.kill()
        _say(f"ok     came back with a call after {took:.0f} s; killed {pause:.2f} s after it")
        container.start()
    beats = heartbeats(settings)
    witness.wait_for_calls(1, within=INTERVAL_SECONDS + START_SECONDS)
    wait_until(lambda: heartbeats(settings) > beats, within=FIRST_RUN_SECONDS, what="whole run")
    _stop(container, "after all that")
    for line in reckon(witness, settings, container.data, kills=given.kills + 1):
        _say(line)
    _try_site(container, settings)


def _try_site(container: Container, settings: Settings) -> None:
    """Run the site of docker-compose.yml over what was collected."""
    service = yaml.safe_load((PROJECT_DIR / "docker-compose.yml").read_text())["services"]["site"]
    container.environment |= {
        "PGPASSWORD": settings.pgpassword.get_secret_value(),
        "ODDS_DATA_DIR": service["environment"]["ODDS_DATA_DIR"],
        "DBT_TARGET_PATH": service["environment"]["DBT_TARGET_PATH"],
        "DBT_LOG_PATH": service["environment"]["DBT_LOG_PATH"],
    }
    container.start(service["command"])
    took = wait_until(_has_site, within=FIRST_RUN_SECONDS, what="site")
    _say(f"ok     the site with dbt docs in it stands after {took:.0f} s")
    container.kill()


def _has_site() -> bool:
    try:
        return "fct_closing_lines" in requests.get(DBT_DOCS_URL, timeout=10).text
    except requests.ConnectionError:
        return False


def _try_lambda(stack: ExitStack, given: argparse.Namespace) -> None:  # noqa: ARG001
    server, witness = _simulator(stack)
    container, settings = _container(stack, server)
    service = stack.enter_context(LambdaService.serving())
    container.has_shared_memory = False
    container.environment |= {
        **service.environment(),
        "HOME": "/tmp",
        "ODDS_DATA_DIR": "/tmp/odds",
        "DBT_TARGET_PATH": "/tmp/dbt/target",
        "DBT_LOG_PATH": "/tmp/dbt/logs",
    }
    container.start(LambdaService.COMMAND)
    for _ in range(MOST_INVOCATIONS):
        started = time.monotonic()
        answer = service.invoke(within=FIRST_RUN_SECONDS)
        if "next_at" not in answer:
            raise SystemExit(f"FAILED: the function: {answer}\n{container.log.read_text()}")
        _say(
            f"ok     Lambda ran it in {time.monotonic() - started:.0f} s without shared memory: "
            f"{len(witness.answers)} calls so far, next {service.schedules[-1]}"
        )
        wait = datetime.fromisoformat(answer["next_at"]) - datetime.now(UTC)
        if wait > SOON:
            break
        time.sleep(max(wait.total_seconds(), 0))
    if not witness.credits:
        raise SystemExit(f"FAILED: it asked for no odds\n{container.log.read_text()}")
    _say(f"       most memory: {container.most_memory():.0f} MB")
    container.kill()
    for line in reckon(witness, settings, container.data, kills=0):
        _say(line)


def _stop(container: Container, when: str) -> None:
    seconds, status = container.stop()
    if seconds > STOP_SECONDS or status != 0:
        log = container.log.read_text()[-4000:]
        raise SystemExit(f"FAILED: SIGTERM {when}: {seconds:.1f} s, status {status}\n{log}")
    _say(f"ok     stops on SIGTERM {when}: {seconds:.1f} s")


def _simulator(stack: ExitStack) -> tuple[Server, Witness]:
    now = datetime.now(UTC)
    season = Season(SeasonOptions(games=200, last_day=(now + timedelta(days=5)).date()))
    server = stack.enter_context(serve(season, VirtualClock(now, speed=1.0)))
    witness = Witness()
    witness.watch(server)
    return server, witness


def _container(stack: ExitStack, server: Server) -> tuple[Container, Settings]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="odds-container-")))
    postgres = stack.enter_context(local_postgres())
    name, root = images.new_container()
    stack.callback(images.remove_container, name)
    image = images.Image.read()
    user, group = map(int, image.user.split(":"))
    for part in ("data", "secrets"):
        (folder / part).mkdir()
        os.chown(folder / part, user, group)
    _write_secrets(folder / "secrets", postgres)
    environment = postgres.environment() | {
        "ODDS_TARGET": "postgres",
        "ODDS_API_BASE_URL": server.url,
    }
    del environment["PGPASSWORD"]
    container = Container(
        image=image,
        root=root,
        data=folder / "data",
        secrets=folder / "secrets",
        log=folder / "log",
        environment=environment,
    )
    stack.callback(container.kill)
    return container, _settings_of(postgres, folder)


def _write_secrets(folder: Path, postgres: PostgresAddress) -> None:
    (folder / "pgpassword").write_text(postgres.password, encoding="utf-8")
    (folder / "odds_api_key").write_text(DEMO_KEY, encoding="utf-8")


def _settings_of(postgres: PostgresAddress, folder: Path) -> Settings:
    return load_settings(
        odds_target="postgres",
        odds_data_dir=folder,
        pghost=postgres.host,
        pgport=postgres.port,
        pguser=postgres.user,
        pgpassword=SecretStr(postgres.password),
        pgdatabase=postgres.database,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "odds-image")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--only", choices=["collector", "lambda"])
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
