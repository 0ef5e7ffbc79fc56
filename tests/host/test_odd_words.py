# SPDX-License-Identifier: MIT
"""Words of a command line that look like what is wanted and are not: refused plainly, nothing is begun."""

import pytest
from click.testing import CliRunner

from suanpan.cli import main
from suanpan.errors import USAGE

KEYS = "provision keys ID --key-id 1234567890123456 --by Li --by Wu --out block --component a --protection b"
CLOSE = "host cases close 12 --outcome booked --note seen --yes --by ODD"
SERVE = "host serve --db books.db"
ODD = [  # command line, what is in the place of ODD there, what is said of it
    (f"{SERVE} --partition ODD", "１/2", "is not i/n"),
    (f"{SERVE} --partition ODD", "0/" + "9" * 5000, "is not i/n"),
    (f"{SERVE} --late-after ODD", "nan", "nan is no time"),
    (f"{SERVE} --late-after ODD", "inf", "inf is not in the range"),
    (f"{SERVE} --late-after ODD", "1e300", "is not in the range"),
    ("sim run main.yaml --timeout ODD", "nan", "nan is no time"),
    ("sim run main.yaml --timeout ODD", "inf", "inf is not in the range"),
    ("host import main.yaml --by ODD", "", "--by is empty"),
    ("host import main.yaml --by ODD", "li\x1b[2J", "not plain text"),
    (CLOSE, "", "--by is empty"),
    (KEYS.replace("Li", "ODD"), "", "--by is empty"),
    (KEYS.replace("ID", "ODD"), "SIM\x1b[2J", "no terminal id"),
    (KEYS.replace("ID", "ODD"), "", "no terminal id"),
    ("host terminals suspend ODD", "SIM\x1b[2J", "no terminal id"),
    ("host terminals activate ODD", "a/b", "no terminal id"),
]


@pytest.mark.parametrize(("words", "odd", "said"), ODD, ids=lambda word: ascii(word)[:40])
def test_an_odd_word_is_refused(words, odd, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.yaml").write_text("- wait: {ms: 1}\n")
    done = CliRunner().invoke(main, [odd if word == "ODD" else word for word in words.split()])
    assert done.exit_code == USAGE and said in done.output and "\x1b" not in done.output, done.output
