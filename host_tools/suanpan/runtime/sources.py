# SPDX-License-Identifier: MIT
"""Package sources of this machine, and the same mirrors with another release: sources.list(5).

Read in both styles (deb822 `.sources`, one-line `.list`). Only the release is replaced: the mirror is the one
that the machine is configured with, and the key that signs it stays.
"""

import re
from pathlib import Path
from typing import NamedTuple

ETC_APT = Path("/etc/apt")
ALIASES = ("oldstable", "stable", "testing", "unstable", "sid", "devel")


class Source(NamedTuple):
    """One mirror: addresses, the releases it is used for, and its `Signed-By` value ('' = apt's own keys)."""

    uris: str
    suites: tuple[str, ...]
    signed_by: str = ""


def configured(etc: Path = ETC_APT) -> list[Source]:
    """All enabled binary-package sources of the machine, in reading order."""
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    found: list[Source] = []
    for file in files:
        if file.is_file() and file.suffix in (".list", ".sources"):
            parse = parse_deb822 if file.suffix == ".sources" else parse_one_line
            found += parse(file.read_text(encoding="utf-8", errors="replace"))
    return found


def parse_deb822(text: str) -> list[Source]:
    """Stanzas of `Field: value`; a value goes on in indented lines (an embedded key does)."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = []
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        pairs = re.findall(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
        field = {name.lower(): value.rstrip() for name, value in pairs}
        enabled = field.get("enabled", "yes").lower() not in ("no", "false", "0")
        if enabled and "deb" in field.get("types", "").split():
            uris, suites = " ".join(field.get("uris", "").split()), field.get("suites", "").split()
            found.append(Source(uris, tuple(suites), field.get("signed-by", "")))
    return found


def parse_one_line(text: str) -> list[Source]:
    """Lines `deb [options] uri suite component …`."""
    found = []
    for line in text.splitlines():
        match = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)", line.strip())
        if match:
            options = dict(part.split("=", 1) for part in (match[1] or "").split() if "=" in part)
            found.append(Source(match[2], (match[3],), options.get("signed-by", "")))
    return found


def mirrors(sources: list[Source], codename: str) -> list[Source]:
    """The mirrors that carry the machine's own main release, without media that must be inserted."""
    own = {codename, *ALIASES}
    return [s for s in sources if own & set(s.suites) and s.uris and not s.uris.startswith("cdrom:")]


def with_suite(source: Source, suite: str, components: str) -> str:
    """A deb822 stanza for `suite` from the same mirror, checked against the same key."""
    signed_by = f"Signed-By: {source.signed_by}\n" if source.signed_by else ""
    return f"Types: deb\nURIs: {source.uris}\nSuites: {suite}\nComponents: {components}\n{signed_by}"
