# SPDX-License-Identifier: MIT
"""System programs that only tests use (system-packages.txt): where they are, and `make test`'s installer.

Installed by apt-get when this user may; else the exact command is printed and the tests are skipped by name.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("system-packages.txt")
SERVERS = sorted(
    map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True
)  # Debian keeps each version apart
FOLDERS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *SERVERS])


def packages() -> dict[str, tuple[list[str], str]]:
    """{package: (names of its program, what it tests)}."""
    lines = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    rows = [[part.strip() for part in line.split(":")] for line in lines]
    return {package: (programs.split(), purpose) for package, programs, purpose in rows}


def find(package: str) -> str | None:
    """Path of the program (or, where that is named by its path, the file) of `package`; None: not installed."""
    found = (_path(name) for name in packages()[package][0])
    return next(filter(None, found), None)


def _path(name: str) -> str | None:
    if name.startswith("/"):
        return name if Path(name).exists() else None
    return shutil.which(name, path=FOLDERS)


def missing() -> list[str]:
    return [package for package in packages() if not find(package)]


def install_command(names: list[str]) -> str:
    return f"sudo apt-get install --no-install-recommends {' '.join(names)}"


def may_install() -> list[str] | None:
    """Prefix of a command that may install packages, None if this user may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install(prefix: list[str], names: list[str]) -> None:
    print(f"Installing system programs for the tests: {' '.join(names)} …", file=sys.stderr)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        subprocess.run(
            [*prefix, "apt-get", "-qq", *words], env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr
        )


def main() -> None:
    names, prefix = missing(), may_install()
    if names and prefix is not None:
        install(prefix, names)
    for name in missing():
        print(f"{name} is not installed: tests of {packages()[name][1]} are skipped.", file=sys.stderr)
    if missing():
        print(f"Next: {install_command(missing())}", file=sys.stderr)


if __name__ == "__main__":
    main()
