# SPDX-License-Identifier: MIT
"""The simulation itself: the same seed is the same run, virtual time does not wait, tears leave what they say."""

import asyncio
import subprocess
import sys
import time
from random import Random

import pytest

from pos.codec import records as kinds
from pos.journal.journal import Journal
from simulation import campaign, telling
from simulation.campaign import books
from simulation.clock import START_S
from simulation.flash import BLOCK, TEARS, Flash, PowerCut
from simulation.schedule import WEEK_S, Act, Fault, Schedule, drawn
from simulation.shrink import shrunk
from simulation.world import World, run
from suanpan.host import card_data
from suanpan.host.keys import split_ksn
from suanpan.places import ROOT

SALE = Act("sale", 0, 1234, "mag-credit")


def planned(*faults: Fault, acts: tuple[Act, ...] = (SALE,)) -> Schedule:
    return Schedule(1, 6, "new", 1000, (acts,), faults)


def test_the_same_seed_is_the_same_run_whatever_hashes_are():
    command = [sys.executable, "-m", "simulation", "--seed", "27"]
    traces = {
        subprocess.run(
            command,
            env={"PYTHONPATH": str(ROOT / "tests"), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(traces) == 1


def test_a_month_takes_no_time():
    started = time.monotonic()
    world = run(planned(Fault(100, "night", 0, (30 * 86_400,))), books())
    assert world.clock.now > 30 * 86_400 and not world.checks.violations
    assert time.monotonic() - started < 20


def test_a_run_without_faults_sells_prints_and_syncs():
    world = run(planned(), books())
    assert not world.checks.violations
    (sold,) = [
        text for _, actor, text in world.trace if actor == "host" and "sale" in text and "approved" in text
    ]
    assert sold.endswith("1234") and len(world.terminals[0].slips) == 1


def test_the_trace_names_time_actor_and_event():
    world = run(planned(Fault(3000, "cut", 0, (0, 0))), books())
    text = telling.run(world)
    assert "3.000 s  fault     cut 0 (0, 0)" in text and "SIM00000  power lost" in text


@pytest.mark.parametrize("tear", TEARS)
def test_power_goes_at_the_operation_that_is_named(tear):
    lost = []
    flash = Flash.erased(2, Random(1), lambda: lost.append(True))
    flash.arm(2, tear)
    flash.writeblocks(0, bytes(16), 0)
    with pytest.raises(PowerCut):
        flash.writeblocks(0, bytes(64), 16)
    assert lost and flash.dead
    left = bytes(flash.content[0][16:80])
    assert (left == b"\xff" * 64) == (tear == "nothing") and (left == bytes(64)) == (tear == "all")


@pytest.mark.fault("F1")
@pytest.mark.parametrize("operations", [1, 2, 3])
@pytest.mark.parametrize("tear", range(len(TEARS)))
def test_power_goes_while_a_sale_takes_its_key_and_no_counter_comes_twice(operations, tear):
    world = run(planned(Fault(0, "key cut", 0, (operations, tear)), acts=(SALE, SALE)), books())
    (terminal,) = world.terminals
    assert terminal.cuts and not world.checks.violations
    assert [counter_of(body) for body in sales_of(terminal)] == sorted(
        set(map(counter_of, sales_of(terminal)))
    )


def sales_of(terminal):
    bodies = map(kinds.as_dict, terminal.flash.watch.tried)
    return [fields["card"] for fields in bodies if fields["kind"] == "sale"]


def counter_of(sealed):
    ksn, _ = card_data.header(sealed)
    return split_ksn(ksn)[1]


def test_a_register_that_goes_back_is_noticed():
    """An old copy of it is put back while the power is off."""
    world = World(
        planned(Fault(9000, "cut", 0, (0, 0)), acts=(SALE, Act("sale", 4000, 99, "mag-debit"))), books()
    )
    (terminal,) = world.terminals
    before, power_on = terminal.register.copy(), terminal.power_on

    def put_back():
        terminal.register.content = [bytearray(block) for block in before]
        power_on()

    terminal.power_on = put_back
    world.run()
    assert "7 secrets stay" in [violation.what for violation in world.checks.violations]


def test_a_torn_erase_never_loses_erased_bits():
    flash = Flash.erased(1, Random(1), lambda: None)
    flash.content[0][:] = b"\xf0" * BLOCK
    flash.arm(1, "mix")
    with pytest.raises(PowerCut):
        flash.ioctl(6, 0)
    assert all(byte & 0xF0 == 0xF0 for byte in flash.content[0])


def test_what_was_not_synced_may_be_lost_and_what_was_synced_is_not():
    lost, page = 0, bytes(16)
    for seed in range(20):
        flash = Flash.erased(1, Random(seed), lambda: None)
        flash.writeblocks(0, page, 0)
        flash.ioctl(3, 0)
        flash.writeblocks(0, page, 16)
        flash.lose()
        assert flash.content[0][:16] == page
        lost += flash.content[0][16:32] != page
    assert 0 < lost < 20


@pytest.mark.fault("F10")
def test_a_host_clock_that_was_ahead_leaves_no_mark_on_a_terminal():
    """A week ahead in one power-on, right in the next one."""
    faults = (
        Fault(0, "host clock", 0, (WEEK_S,)),
        Fault(9000, "host clock", 0, (-WEEK_S,)),
        Fault(9001, "cut", 0, (0, 0)),
    )
    world = run(planned(*faults), books())
    said = [kinds.as_dict(body)["at_s"] for body in world.terminals[0].flash.watch.promised.values()]
    assert not world.checks.violations and max(said) > START_S + WEEK_S
    assert START_S <= journal_of(world.terminals[0]).trusted_s < START_S + 60


def journal_of(terminal):
    journal = Journal(Flash(terminal.flash.copy(), Random(0), lambda: None))
    journal.recover()
    return journal


def test_a_bad_run_shrinks_to_what_is_needed(monkeypatch):
    from simulation import checks

    def jealous(self, terminal, name, view):
        if name == "result":
            self.violated("jealous", "a sale was made")

    monkeypatch.setattr(checks.Checks, "on_screen", jealous)
    faults = (Fault(1000, "clock", 0, (30,)), Fault(1500, "doubled", 0, (2,)))
    world = shrunk(run(planned(*faults, acts=(Act("reprint", 0), SALE, SALE)), books()), books())
    assert world.schedule.faults == () and world.schedule.plans == ((SALE,),)


def test_safety_is_judged_before_liveness(monkeypatch):
    """A host that answers nothing and whose books hold what nobody wrote."""
    from simulation import checks

    def unsafe(self, synced, sound):
        self.violated("unsafe", f"synced {synced}")

    monkeypatch.setattr(checks.Checks, "_safe", unsafe)
    monkeypatch.setattr("simulation.host.Host.publish", lambda *_: None)
    world = run(planned(), books())
    first, second = [violation.what for violation in world.checks.violations][:2]
    assert (first, second) == ("unsafe", "liveness")


def test_every_seed_has_a_schedule():
    kinds = {fault.kind for seed in range(600) for fault in drawn(seed).faults}
    assert {"cut", "bit flip", "mangled", "host crash", "broker crash", "memory", "deaf"} <= kinds


def test_a_run_that_turns_in_a_circle_is_ended_and_says_where(monkeypatch):
    async def in_a_circle(_world):
        while True:
            await asyncio.sleep(0)

    monkeypatch.setattr(World, "_run", in_a_circle)
    monkeypatch.setattr(campaign, "_LONGEST_S", 0.2)
    _, failed, rule = campaign.some(range(7, 9))
    assert failed == 7 and rule.startswith(campaign.ENDLESS) and "simulation" in rule
