"""The image, built from the Dockerfile by buildah on a base that debootstrap makes."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ingestion.settings import PROJECT_DIR

BASE = "localhost/odds-base"
IMAGE = "localhost/odds-try"
SUITE = "bookworm"  # has Python 3.11
PACKAGES = "python3,python3-venv,ca-certificates"
# the build installs from a folder, so that it needs nothing of this machine's pip settings
PIP_SETTINGS = "[global]\nno-index = true\nfind-links = /wheels\n"


@dataclass(frozen=True)
class Image:
    """What an engine reads in an image before it runs it."""

    command: list[str]
    health_check: list[str]
    environment: dict[str, str]
    user: str
    folder: str

    @classmethod
    def read(cls) -> "Image":
        """Read the image that was built last."""
        config = json.loads(_output("buildah", "inspect", "--type", "image", IMAGE))
        config = config["Docker"]["config"]
        return cls(
            command=config["Entrypoint"] + config["Cmd"],
            health_check=config["Healthcheck"]["Test"][1:],
            environment=dict(line.split("=", 1) for line in config["Env"]),
            user=config["User"],
            folder=config["WorkingDir"],
        )


def build(work: Path) -> None:
    """Build the image, and the base if there is none yet; `work` keeps wheels between builds."""
    if not _output("buildah", "images", "--quiet", "--filter", f"reference={BASE}"):
        _build_base(work)
    wheels = work / "wheels"
    _run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
        *("--only-binary", ":all:", "--dest", wheels),
        *("--requirement", PROJECT_DIR / "requirements.runtime.lock"),
        *("--python-version", "3.11"),
    )
    pip_settings = work / "pip.conf"
    pip_settings.write_text(PIP_SETTINGS, encoding="utf-8")
    _run(
        *("buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never"),
        *("--build-arg", f"BASE={BASE}", "--tag", IMAGE),
        *("--volume", f"{wheels}:/wheels:ro", "--volume", f"{pip_settings}:/etc/pip.conf:ro"),
        PROJECT_DIR,
    )


def new_container() -> tuple[str, Path]:
    """Make a container of the image; returns its name and the folder that is its root."""
    name = _output("buildah", "from", "--pull-never", IMAGE)
    return name, Path(_output("buildah", "mount", name))


def remove_container(name: str) -> None:
    """Remove a container and its root."""
    _run("buildah", "rm", name)


def _build_base(work: Path) -> None:
    root = work / "base"
    _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, root)
    name = _output("buildah", "from", "scratch")
    _run("buildah", "add", "--quiet", name, root, "/")
    _run("buildah", "commit", "--quiet", "--rm", name, BASE)
    _run("rm", "--recursive", "--force", root)


def _run(*command: str | Path) -> None:
    """Run a command; its output is shown only where it fails."""
    finished = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if finished.returncode:
        raise SystemExit(f"{command[0]} failed:\n{finished.stdout}")


def _output(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
