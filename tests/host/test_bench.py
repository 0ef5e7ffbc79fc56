# SPDX-License-Identifier: MIT
"""The benchmark's own parts: device scripts run, figures are one JSON line, an absent peer is said."""

import asyncio
import json
import sys
import time
from pathlib import Path
from unittest import mock

import brokers
import pytest

import system_packages
from suanpan.runtime.launch import NAMES

BENCH = Path(__file__).parent.parent / "bench"
sys.path += [str(BENCH), str(BENCH / "device")]

import figures  # noqa: E402
import gaps  # noqa: E402
import ingest  # noqa: E402
import launcher  # noqa: E402
import mqtt  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
import run  # noqa: E402
import tap  # noqa: E402
import ticker  # noqa: E402

HELD_MS = 50


@pytest.mark.parametrize("what", ["encode", "decode", "generic-encode", "generic-decode", "nothing"])
def test_the_codec_script_runs_on_micropython(what):
    said = launcher.run("micropython", "codec.py", what, "1")
    assert said["us"] >= 0
    assert what != "encode" or said["allocated"] == 0


@pytest.mark.parametrize("what", ["scan", "slices", "nothing"])
def test_the_tlv_script_runs_on_micropython(what):
    said = launcher.run("micropython", "tlv.py", what, "1")
    assert said["us"] >= 0 and said["nothing_allocated"] == (what != "slices")


@pytest.mark.parametrize("what", ["ours", "textbook", "nothing"])
def test_the_cmac_script_runs_on_micropython(what):
    said = launcher.run("micropython", "cmac.py", what, "1")
    assert said["us"] >= 0 and (said["allocated"] > 0) == (what != "nothing")


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


async def test_the_ticker_sees_who_holds_the_loop():
    seen = ticker.Ticker()
    running = asyncio.create_task(seen.run())
    await seen.ticking()
    time.sleep(HELD_MS / 1000)
    await seen.ticking()
    running.cancel()
    assert seen.gap_ms >= HELD_MS


async def test_time_without_a_core_is_no_gap(monkeypatch):
    waited = iter(range(0, 10**9, 10**6))
    monkeypatch.setattr(ticker, "waited_ms", lambda file: next(waited))
    seen = ticker.Ticker()
    running = asyncio.create_task(seen.run())
    await seen.ticking()
    running.cancel()
    assert seen.gap_ms == 0


@pytest.mark.parametrize("runtime", NAMES)
@pytest.mark.parametrize(
    ("name", "result"), [("tap-debit", "online"), ("tap-credit", "approved"), ("tap-mchip", "online")]
)
async def test_a_card_is_paid_with_at_the_virtual_reader_on_each_runtime(runtime, name, result, tmp_path):
    said = await tap.payments(runtime, tmp_path, name, tap.HIGH if result == "approved" else 0, 4)
    assert said["outcome"] == result and len(said["ms"]) == 4 and min(said["ms"]) > 0
    assert said["used"][3] <= said["used"][2] * 1.02, "memory that is not given back"


async def test_the_gaps_of_a_whole_terminal_are_told_while_it_sells():
    figure = await gaps.receipts(count=1)
    assert figure.ours >= ticker.TICK_MS - 1 and figure.unit == "ms"


def test_tries_without_cores_are_left_out_and_counted():
    tries = [mock.Mock(gap_ms=gap, stolen_ms=stolen) for gap, stolen in ((12, 0), (110, 100), (11, 0))]
    figure = gaps.figure("x", tries, "≤ 20 ms", "of three")
    assert (
        figure.ours == 11.5 and figure.note == "median of 2, of three; 1 of 3 tries disturbed by the machine"
    )


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
    assert "codec, mqtt, gaps" in capsys.readouterr().err


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
