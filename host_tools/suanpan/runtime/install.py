# SPDX-License-Identifier: MIT
"""MicroPython and Unifont out of the distribution's packages, unpacked below the cache, without root.

A runtime is unpacked into a temporary folder, tried, and renamed: an interrupted install
leaves nothing half done.
"""

import contextlib
import fcntl
import json
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from suanpan.errors import CONNECTION, FAILED, Failure
from suanpan.output import say
from suanpan.places import CACHE
from suanpan.runtime import apt

MINIMUM = (1, 24)
HOME = CACHE / "runtime"
PROBE = "import sys; print('.'.join(str(n) for n in sys.implementation[1][:3]))"


def probe(command: list[str]) -> str:
    """Version of a MicroPython command; OSError or CalledProcessError if it does not run."""
    done = subprocess.run(
        [*command, "-c", PROBE], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    return done.stdout.strip()


def recent(version: str, minimum: tuple[int, int] = MINIMUM) -> bool:
    return tuple(int(n) for n in version.split(".")[:2]) >= minimum


def installed(name: str) -> tuple[list[str], str] | None:
    """(command, version) of an installed runtime."""
    note = HOME / name / "runtime.json"
    if not note.exists():
        return None
    facts = json.loads(note.read_text())
    return [part.replace("@", str(HOME / name), 1) for part in facts["command"]], facts["version"]


def install(name: str) -> tuple[list[str], str]:
    """Fetch and unpack `micropython` or `micropython32` unless it is there; (command, version)."""
    arch = "i386" if name == "micropython32" else native_architecture()
    with locked(name):
        found = installed(name)
        if found:
            return found
        if name == "micropython32":
            refuse_without_i386()
        say(f"Installing {name} from the distribution's packages:")
        with staging(name) as folder:
            apt.unpack(packages("micropython", arch), folder)
            command = own_loader(folder)
            version = tried(name, command)
            facts = {"version": version, "command": [part.replace(str(folder), "@", 1) for part in command]}
            (folder / "runtime.json").write_text(json.dumps(facts))
        say(f"  {name} {version} is ready.")
    return installed(name) or ([], "")


def unifont() -> Path:
    """Path of `unifont.hex`, fetched once."""
    path = HOME / "unifont/usr/share/unifont/unifont.hex"
    with locked("unifont"):
        if not path.exists():
            say("Fetching GNU Unifont from the distribution's packages:")
            source = ready("unifont", native_architecture())
            with staging("unifont") as folder, tempfile.TemporaryDirectory(dir=CACHE) as download:
                apt.unpack(source.fetch_alone("unifont", Path(download)), folder)
    if not path.exists():
        raise Failure("The unifont package holds no unifont.hex.", f"remove {HOME / 'unifont'}, then repeat")
    return path


def native_architecture() -> str:
    if not shutil.which("dpkg"):
        return platform.machine()
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True).stdout.strip()


def refuse_without_i386() -> None:
    if platform.machine() not in ("x86_64", "i386", "i586", "i686"):
        raise Failure(
            f"This machine ({platform.machine()}) cannot run 32-bit x86 programs, which micropython32 is.",
            "run the memory gate on an x86-64 machine; everything else works here",
        )


def ready(package: str, arch: str) -> apt.Apt:
    """The first release that offers `package` recent enough."""
    refusals, reached = [], False
    for source in apt.candidates(arch, own_release_too=package != "micropython"):
        try:
            source.update()
            version, reached = source.version(package), True
        except Failure as failure:
            refusals.append(failure.message)
            continue
        if version and (package != "micropython" or recent(version.replace("+", "."))):
            return source
        refusals.append(f"{source.suite}/{arch} offers {package} {version or 'not at all'}")
    own = f"set {'MICROPYTHON32' if arch == 'i386' else 'MICROPYTHON'}=/path/to/micropython"
    raise Failure(
        "\n  ".join([f"No suitable package {package} for {arch}:", *refusals]),
        own
        if reached
        else f"check that this machine reaches its package mirror (sudo apt-get update), or {own}",
        FAILED if reached else CONNECTION,
    )


def packages(package: str, arch: str) -> list[Path]:
    return ready(package, arch).fetch(package)


def own_loader(folder: Path) -> list[str]:
    """Command line that runs the unpacked program with the libraries unpacked beside it."""
    loaders = [p for p in sorted(folder.glob("**/ld-linux*.so.*")) if p.is_file()]
    libraries = {str(p.parent) for p in folder.glob("**/libc.so.6")} | {
        str(p.parent) for p in folder.glob("**/libffi.so.*")
    }
    if not loaders:
        raise Failure("The unpacked packages hold no program loader.", "set MICROPYTHON=/path/to/micropython")
    program = str(folder / "usr/bin/micropython")
    return [str(loaders[0]), "--library-path", ":".join(sorted(libraries)), program]


def tried(name: str, command: list[str]) -> str:
    """Version of the unpacked program, or why it does not run here."""
    try:
        return probe(command)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(
            f"{name} was unpacked but does not run on this machine: {error}.",
            "a kernel without 32-bit support cannot run the memory gate; everything else works here"
            if name == "micropython32"
            else "set MICROPYTHON=/path/to/micropython",
        ) from error


@contextlib.contextmanager
def locked(name: str):
    """One installer at a time; a second one waits and finds the work done."""
    HOME.mkdir(parents=True, exist_ok=True)
    with open(HOME / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def staging(name: str):
    """A folder that becomes HOME/name when the block ends well and vanishes otherwise."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=HOME))
    try:
        yield folder
        shutil.rmtree(HOME / name, ignore_errors=True)
        folder.rename(HOME / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
