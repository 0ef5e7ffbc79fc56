# SPDX-License-Identifier: MIT
"""The benchmark's own parts: device scripts run, figures are one JSON line, an absent peer is said."""

import json
import sys
from pathlib import Path

import brokers
import pytest

import system_packages

sys.path.append(str(Path(__file__).parent.parent / "bench"))

import figures  # noqa: E402
import ingest  # noqa: E402
import launcher  # noqa: E402
import mqtt  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
import run  # noqa: E402


@pytest.mark.parametrize("what", ["encode", "decode", "generic-encode", "generic-decode", "nothing"])
def test_the_codec_script_runs_on_micropython(what):
    said = launcher.run("micropython", "codec.py", what, "1")
    assert said["us"] >= 0
    assert what != "encode" or said["allocated"] == 0


@pytest.mark.parametrize("what", ["scan", "slices", "nothing"])
def test_the_tlv_script_runs_on_micropython(what):
    said = launcher.run("micropython", "tlv.py", what, "1")
    assert said["us"] >= 0 and said["nothing_allocated"] == (what != "slices")


@pytest.mark.parametrize("what", ["cursor-1", "cursor-16", "mark-1", "mark-16"])
def test_the_marks_script_runs_on_micropython(what):
    asked = launcher.run("micropython", "marks.py", what, "160")
    assert 8 <= asked["erases"] <= 10 and asked["programs"] > 160


def test_a_figure_is_one_json_line_with_the_names_of_the_design():
    line = json.loads(figures.Figure("n", "1/s", 160.0, 4.0, figures.ratio(160.0, 4.0), "≥ 30", "38").line())
    assert {"name", "ours", "peer", "ratio", "limit"} <= set(line) and line["ratio"] == 40


def test_an_absent_peer_is_not_invented(tmp_path, monkeypatch):
    monkeypatch.setenv("PEERS", str(tmp_path))
    monkeypatch.setattr(peers.folder_once, "__defaults__", ([],))
    import codec

    figure = codec.against("encode", "cbor2", "peer-encode")
    assert figure.peer is None and "absent" in figure.note


async def test_where_no_path_can_be_made_the_proxy_delays_and_the_note_says_so(monkeypatch):
    monkeypatch.setattr(mqtt, "refusal", lambda: "not root")
    monkeypatch.setattr(system_packages, "find", lambda package: package)
    monkeypatch.setattr(brokers, "Mosquitto", lambda folder, lines: mqtt.Embedded())
    async with mqtt.delayed_broker() as (*address, note):
        said = await mqtt.publish("single", address, 1, 10)
    assert 0 < said["per_s"] <= 1000 / (2 * mqtt.ONE_WAY_MS)
    assert "proxy" in note and "not root" in note


def test_ingest_is_measured_on_books_that_are_whole(db_url):
    """`rate` itself compares the books with what two hosts were sent."""
    per_s, cpu_us = ingest.rate(db_url, hosts=2, records=240)
    assert per_s > 0 and cpu_us > 0


def test_an_unknown_group_is_refused(capsys):
    assert run.main(["speed"]) == 2
    assert "codec, mqtt, approval" in capsys.readouterr().err


def test_the_plot_has_a_bar_for_what_was_measured_against_something():
    made = plot.svg(
        [
            figures.Figure("erases", "erases", 0.05, 1.0, 20.0, "≥ 15", "21"),
            figures.Figure("approval", "ms", 120.0, None, None, "≤ 60 ms", "0", "", (100.0, 140.0)),
            figures.Figure("ingest <host>", "records/s", 30000.0, 300.0, 100.0, "≥ 20 000 records/s", "–"),
            figures.Figure("absent", "", None, None, None, "≥ 12", "17"),
        ]
    )
    scores = [
        plot.bar(figure).score
        for figure in (
            figures.Figure("a", "erases", 0.05, 1.0, 20.0, "≥ 10", ""),
            figures.Figure("b", "ms", 120.0, None, None, "≤ 60 ms", ""),
        )
    ]
    assert scores == [2, 0.5]
    assert made.count("<rect") == 1 + 3 and "&lt;host&gt;" in made and "30 000 records/s" in made
    assert made.count(plot.BAD) == 1
