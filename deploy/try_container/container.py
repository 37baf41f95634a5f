"""A running container: namespaces and a root of its own, and the image's command as process 1."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.try_container.image import Image

# as an engine does with --read-only: nothing but the volume and /tmp can be written to
MOUNTS = """
set -e
mkdir -p "$ROOT/run/secrets"
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro "$ROOT"
mount --bind "$DATA" "$ROOT/data"
mount --bind -o ro "$SECRETS" "$ROOT/run/secrets"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -t proc proc "$ROOT/proc"
"""
ALL_DEVICES = 'mount --rbind /dev "$ROOT/dev"\n'
# Lambda has no /dev/shm
DEVICES_OF_LAMBDA = """
mount -t tmpfs tmpfs "$ROOT/dev"
for name in null zero random urandom; do
    touch "$ROOT/dev/$name"
    mount --bind "/dev/$name" "$ROOT/dev/$name"
done
"""


@dataclass
class Container:
    """One container; `root` is its file system, `data` the volume that outlives it."""

    image: Image
    root: Path
    data: Path
    secrets: Path
    log: Path
    environment: dict[str, str]
    has_shared_memory: bool = True

    def start(self, command: list[str] | None = None) -> None:
        """Start the image's command, or another one, as process 1."""
        devices = ALL_DEVICES if self.has_shared_memory else DEVICES_OF_LAMBDA
        inside = ["chroot", "--userspec", self.image.user, str(self.root)]
        with self.log.open("ab") as log:
            self._unshare = subprocess.Popen(
                [
                    *("unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child"),
                    *("sh", "-c", f'{MOUNTS}{devices}exec "$@"', "sh"),
                    *(*inside, *self._env(), *(command or self.image.command)),
                ],
                env=os.environ
                | {"ROOT": str(self.root), "DATA": str(self.data), "SECRETS": str(self.secrets)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._process_1 = self._first_child()

    def stop(self) -> tuple[float, int]:
        """Send SIGTERM to process 1; returns the seconds it took to end, and its exit status."""
        started = time.monotonic()
        os.kill(self._process_1, signal.SIGTERM)
        status = self._unshare.wait()
        return time.monotonic() - started, status

    def kill(self) -> None:
        """Kill process 1 with SIGKILL, and with it all the others; does nothing to a dead one."""
        if self._unshare is not None and self._unshare.poll() is None:
            os.kill(self._process_1, signal.SIGKILL)
            self._unshare.wait()

    def run_inside(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command beside process 1, as an engine does with a health check."""
        user, group = self.image.user.split(":")
        return subprocess.run(
            [
                *("nsenter", "--target", str(self._process_1), "--mount", "--pid", "--uts"),
                *("--root", f"--setuid={user}", f"--setgid={group}"),
                *(*self._env(), *command),
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    def most_memory(self) -> float:
        """The most memory a process of it had at a time, in MB."""
        lines = [
            line
            for path in Path(f"/proc/{self._process_1}/root/proc").glob("[0-9]*/status")
            for line in path.read_text().splitlines()
            if line.startswith("VmHWM")
        ]
        return max(int(line.split()[1]) for line in lines) / 1024

    def _env(self) -> list[str]:
        both = self.image.environment | self.environment
        return [
            *("env", "--ignore-environment", f"--chdir={self.image.folder}"),
            *(f"{name}={value}" for name, value in both.items()),
        ]

    def _first_child(self) -> int:
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if pids := children.read_text().split():
                return int(pids[0])
            time.sleep(0.01)
        raise SystemExit(f"the container did not start:\n{self.log.read_text()}")
