# SPDX-License-Identifier: MIT
"""The distribution's package client as an ordinary user: own lists, own cache, nothing installed.

apt-get(8) with its own state directories downloads a package and what it needs, as seen from an empty
machine; the signature check stays on. Packages are unpacked with dpkg-deb(1), never configured.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from suanpan.errors import CONNECTION, Failure
from suanpan.output import say
from suanpan.places import CACHE
from suanpan.runtime import sources

CONFIGURATION = """\
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear Acquire::Languages;
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "{user}";
APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "60";
Acquire::https::Timeout "60";
Dir::State "{base}/state";
Dir::State::lists "{base}/state/lists";
Dir::State::status "{base}/state/status";
Dir::State::extended_states "{base}/state/extended";
Dir::Cache "{base}/cache";
Dir::Cache::archives "{base}/cache/archives";
Dir::Etc::sourcelist "{base}/suanpan.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""

# Releases tried in this order after the machine's own, and the first own release that is new enough.
RELEASES = {
    "debian": ((13,), ("trixie",), "main"),
    "ubuntu": ((25, 10), ("resolute", "questing"), "main universe"),
}


def release_of_machine(os_release: Path = Path("/etc/os-release")) -> dict[str, str]:
    """Fields of os-release(5)."""
    lines = os_release.read_text().splitlines() if os_release.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name: value.strip("\"'") for name, value in pairs}


def suites(machine: dict[str, str]) -> tuple[list[str], str, str]:
    """(releases to try in order, components, own codename); Failure on an unknown distribution."""
    for name in (machine.get("ID", ""), *machine.get("ID_LIKE", "").split()):
        if name in RELEASES:
            first, later, components = RELEASES[name]
            own = machine.get("UBUNTU_CODENAME") or machine.get("VERSION_CODENAME", "sid")
            version = tuple(int(n) for n in machine.get("VERSION_ID", "999").split(".") if n.isdigit())
            tried = [own, *later] if version >= first else list(later)
            return list(dict.fromkeys(tried)), components, own
    raise Failure(
        f"No MicroPython packages are known for this system ({machine.get('PRETTY_NAME', 'unknown')}).",
        "build MicroPython 1.25 or later yourself and set MICROPYTHON=/path/to/micropython",
    )


class Apt:
    """Private package state for one release and one architecture."""

    def __init__(self, suite: str, arch: str, stanzas: str) -> None:
        if not shutil.which("apt-get"):
            raise Failure(
                "This machine has no apt-get, so MicroPython cannot be fetched.",
                "install MicroPython 1.25 or later and set MICROPYTHON=/path/to/micropython",
            )
        self.suite, self.arch = suite, arch
        self.base = CACHE / "apt" / f"{suite}-{arch}"
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self.base / part).mkdir(parents=True, exist_ok=True)
        (self.base / "state/status").touch()
        (self.base / "suanpan.sources").write_text(stanzas)
        user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip() or "root"
        text = CONFIGURATION.format(arch=arch, base=self.base, user=user)
        (self.base / "apt.conf").write_text(text)

    def _run(self, *command: str, cwd: Path | None = None) -> str:
        full = [command[0], "-c", str(self.base / "apt.conf"), *command[1:]]
        done = subprocess.run(full, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=cwd)
        if done.returncode:
            reason = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]
            raise Failure(
                "\n  ".join([f"{command[0]} failed for {self.suite}/{self.arch}:", *reason[-4:]]),
                "check that this machine reaches its package mirror (apt-get update), then repeat",
                CONNECTION,
            )
        return done.stdout

    def update(self) -> None:
        """Fetch the package index of the release."""
        say(f"  package index of {self.suite} ({self.arch}) …")
        self._run("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any")

    def version(self, package: str) -> str | None:
        """Version that the release offers, None if it has no such package."""
        rows = self._run("apt-cache", "madison", package).splitlines()
        return rows[0].split("|")[1].strip() if rows else None

    def fetch(self, package: str) -> list[Path]:
        """Download `package` with everything it depends on; the files."""
        say(f"  downloading {package} and what it needs …")
        plan = ("install", "--no-install-recommends", "-y", package)
        self._run("apt-get", "-q", "--download-only", *plan)
        simulated = self._run("apt-get", "-q", "--simulate", *plan)
        chosen = re.findall(r"^Inst (\S+) \((\S+)", simulated, re.MULTILINE)
        names = [f"{name.split(':')[0]}_{version.replace(':', '%3a')}_*.deb" for name, version in chosen]
        return [deb for name in names for deb in (self.base / "cache/archives").glob(name)]

    def fetch_alone(self, package: str, target: Path) -> list[Path]:
        """Download only `package` itself into `target`; the file."""
        say(f"  downloading {package} …")
        self._run("apt-get", "-q", "download", package, cwd=target)
        return list(target.glob(f"{package}_*.deb"))


def unpack(debs: list[Path], target: Path) -> None:
    """Unpack packages below `target` as dpkg would, without running any of their scripts."""
    for deb in debs:
        subprocess.run(["dpkg-deb", "-x", str(deb), str(target)], check=True, stdin=subprocess.DEVNULL)


def candidates(arch: str, own_release_too: bool = False) -> Iterator[Apt]:
    """Private package states to try in order; Failure if no mirror fits.

    `own_release_too` adds the machine's own release at the end, for packages whose age does not matter.
    """
    tried, components, own = suites(release_of_machine())
    found = sources.mirrors(sources.configured(), own)
    if not found:
        raise Failure(
            f"The package sources of this machine name no mirror for its own release ({own}).",
            "add the distribution's mirror to /etc/apt/sources.list.d, or set MICROPYTHON=/path",
        )
    for suite in dict.fromkeys([*tried, own] if own_release_too else tried):
        yield Apt(suite, arch, "\n".join(sources.with_suite(s, suite, components) for s in found[:1]))
