# SPDX-License-Identifier: MIT
"""The device's source files: firmware/manifest.py read as MicroPython's `makemanifest.py` reads it.

Only `package` and `module` are used there; https://docs.micropython.org/en/latest/reference/manifest.html.
"""

from pathlib import Path

from suanpan.places import ROOT

MANIFEST = ROOT / "firmware/manifest.py"


def device_files(manifest: Path = MANIFEST) -> dict[str, Path]:
    """{path on the device: source file}, sorted by path."""
    found: dict[str, Path] = {}
    here = manifest.parent

    def package(package_path: str, files: tuple[str, ...] | None = None, base_path: str = ".") -> None:
        folder = (here / base_path / package_path).resolve()
        chosen = [folder / name for name in files] if files else sorted(folder.glob("**/*.py"))
        for file in chosen:
            found[f"{package_path}/{file.relative_to(folder).as_posix()}"] = file

    def module(module_path: str, base_path: str = ".") -> None:
        found[module_path] = (here / base_path / module_path).resolve()

    exec(compile(manifest.read_text(), str(manifest), "exec"), {"package": package, "module": module})
    return {name: path for name, path in sorted(found.items()) if path.exists()}
