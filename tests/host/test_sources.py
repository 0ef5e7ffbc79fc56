# SPDX-License-Identifier: MIT
"""Package sources of the machine, in both styles of sources.list(5), and the releases that are tried."""

import pytest

from suanpan.errors import Failure
from suanpan.runtime import apt, sources
from suanpan.runtime.sources import Source

DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Signed-By: /usr/share/keyrings/debian.gpg
"""


def test_deb822_keeps_the_mirror_and_its_key():
    main, security = sources.parse_deb822(DEB822)
    assert (main.uris, main.suites) == ("http://mirror.example/debian", ("bookworm", "bookworm-updates"))
    assert main.signed_by.endswith("-----END PGP PUBLIC KEY BLOCK-----")
    assert security.signed_by == "/usr/share/keyrings/debian.gpg"


def test_one_line_style():
    text = """
deb cdrom:[Debian]/ bookworm main
# deb http://off.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
deb http://mirror.example/debian bookworm-updates main
deb-src http://mirror.example/debian bookworm main
"""
    found = sources.mirrors(sources.parse_one_line(text), "bookworm")
    assert found == [Source("http://mirror.example/debian", ("bookworm",), "/k.gpg")]


def test_both_styles_are_read_from_one_place(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://one.example/debian trixie main\n")
    (tmp_path / "sources.list.d/debian.sources").write_text(DEB822)
    (tmp_path / "sources.list.d/old.list.save").write_text("deb http://saved.example/debian trixie main\n")
    assert [s.uris.split("/")[2] for s in sources.configured(tmp_path)] == [
        "one.example",
        "mirror.example",
        "security.example",
    ]


def test_only_the_release_is_replaced():
    stanza = sources.with_suite(Source("http://m.example/debian", ("bookworm",), "/k.gpg"), "trixie", "main")
    assert stanza.splitlines() == [
        "Types: deb",
        "URIs: http://m.example/debian",
        "Suites: trixie",
        "Components: main",
        "Signed-By: /k.gpg",
    ]


@pytest.mark.parametrize(
    ("machine", "tried"),
    [
        ({"ID": "debian", "VERSION_ID": "12", "VERSION_CODENAME": "bookworm"}, ["trixie"]),
        ({"ID": "debian", "VERSION_ID": "13", "VERSION_CODENAME": "trixie"}, ["trixie"]),
        ({"ID": "debian", "VERSION_ID": "14", "VERSION_CODENAME": "forky"}, ["forky", "trixie"]),
        ({"ID": "debian", "VERSION_CODENAME": "forky"}, ["forky", "trixie"]),
        ({"ID": "ubuntu", "VERSION_ID": "24.04", "VERSION_CODENAME": "noble"}, ["resolute", "questing"]),
        (
            {"ID": "ubuntu", "VERSION_ID": "25.10", "VERSION_CODENAME": "questing"},
            ["questing", "resolute"],
        ),
        (
            {"ID": "linuxmint", "ID_LIKE": "ubuntu debian", "VERSION_ID": "22", "UBUNTU_CODENAME": "noble"},
            ["resolute", "questing"],
        ),
    ],
)
def test_own_release_first_if_it_is_new_enough(machine, tried):
    assert apt.suites(machine)[0] == tried


def test_unknown_distribution_names_the_next_step():
    with pytest.raises(Failure, match="MICROPYTHON"):
        apt.suites({"ID": "slackware", "PRETTY_NAME": "Slackware 15"})
