# SPDX-License-Identifier: MIT
"""The faults of FAULTS.md A and B: what each does to the world, and how the world is healed in the end."""

from collections.abc import Callable
from random import Random

from pos.codec import cose, messages, records
from simulation import copies
from simulation.broker import Posted
from simulation.flash import BLOCK, TEARS
from simulation.schedule import Fault
from simulation.wire import Weather

_FINE = (5, 60)
_SLOW = (500, 9000)
COPIES = ("restored image", "rival")  # faults that need copies of the flash


def strike(world, fault: Fault) -> None:
    """Let `fault` happen."""
    world.note("fault", fault.told()[13:])
    _FAULTS[fault.kind](world, world.terminals[fault.whom % len(world.terminals)], *fault.numbers)


def heal(world) -> None:
    """No fault from now on; everything that is off is switched on."""
    world.note("world", "is healed")
    world.memory.end()
    broker, host = world.broker, world.host
    broker.denied = broker.doubled = host.failing = 0
    broker.shuffled = False
    host.crash_in(None)
    broker.restart()
    if not host.running:
        host.start()
    for rival in world.rivals:
        copies.take_away(rival)
    for terminal in world.terminals:
        terminal.disarm()
        terminal.flash.failing = 0
        _clear(terminal.weather)
        if terminal.board:
            terminal.board.printer.troubles.clear()
        terminal.power_on()


def _clear(weather: Weather) -> None:
    weather.partition = weather.black_hole = weather.sliced = False
    weather.delay_ms = _FINE


# --- power, flash, memory ---


def _cut(world, terminal, operations: int, tear: int) -> None:
    if not terminal.on:
        return
    if operations:
        terminal.flash.arm(operations, TEARS[tear])
    else:
        terminal.power_lost()


def _key_cut(_world, terminal, operations: int, tear: int) -> None:
    """While a sale takes its key."""
    if terminal.on:
        terminal.register.arm(operations, TEARS[tear])


def _night(world, _terminal, seconds: int) -> None:
    """The shop is closed: every terminal is off; broker and host go on."""
    world.slept_s += seconds
    world.dawn_s = world.clock.now + seconds
    for terminal in world.terminals:
        terminal.power_off("switched off for the night")
        world.later(seconds * 1000 + 1, terminal.power_on)


def _memory(world, terminal, count: int) -> None:
    world.memory.strike(terminal, count)


def _write_error(world, terminal, count: int) -> None:
    world.checks.excuses(terminal, "write error")
    terminal.flash.failing = count


def _bad_block(world, terminal, number: int) -> None:
    terminal.flash.bad = {number % len(terminal.flash.content)}


def _bit_flip(world, terminal, number: int) -> None:
    """While the power is off; the terminal may refuse, but not be wrong."""
    if terminal.name in world.checks.forked:
        return
    terminal.power_off("switched off")
    world.checks.excuses(terminal, "bit flip")
    world.checks.damaged.add(terminal.name)
    block = terminal.flash.content[number % len(terminal.flash.content)]
    block[number // 64 % BLOCK] ^= 1 << number % 8
    world.later(1000, terminal.power_on)


def _no_paper(world, terminal, count: int) -> None:
    if terminal.board:
        terminal.board.printer.troubles += ["paper"] * count


# --- time, network ---


def _clock(world, terminal, seconds: int) -> None:
    terminal.skew_s = seconds
    if terminal.board:
        terminal.board.clock.jump(seconds)


def _host_clock(world, _terminal, seconds: int) -> None:
    world.clock.host_skew_s += seconds


def _reset(world, terminal) -> None:
    if terminal.link.connection:
        terminal.link.connection.reset()


def _partition(world, terminal, ms: int) -> None:
    terminal.weather.partition = True
    _reset(world, terminal)
    world.later(ms, _set, terminal.weather, "partition", False)


def _black_hole(world, terminal, ms: int) -> None:
    terminal.weather.black_hole = True
    world.later(ms, _end_black_hole, terminal)


def _end_black_hole(terminal) -> None:
    """The old connection never comes back to life."""
    terminal.weather.black_hole = False
    if terminal.link.connection:
        terminal.link.connection.sever()


def _slow(world, terminal, ms: int) -> None:
    terminal.weather.delay_ms = _SLOW
    world.later(ms, _set, terminal.weather, "delay_ms", _FINE)


def _slices(world, terminal, ms: int) -> None:
    terminal.weather.sliced = True
    world.later(ms, _set, terminal.weather, "sliced", False)


def _set(thing, name: str, value) -> None:
    setattr(thing, name, value)


# --- broker, host ---


def _broker_crash(world, _terminal, keep_queue: int, quiet: int, ms: int) -> None:
    world.broker.crash(bool(keep_queue), bool(quiet))
    world.later(ms, world.broker.restart)


def _deaf(world, terminal) -> None:
    world.broker.forget(terminal.name)


def _denied(world, _terminal, count: int) -> None:
    world.broker.denied = count


def _doubled(world, _terminal, count: int) -> None:
    world.broker.doubled = count


def _shuffled(world, _terminal, ms: int) -> None:
    world.broker.shuffled = True
    world.later(ms, _set, world.broker, "shuffled", False)


def _replay(world, _terminal, number: int) -> None:
    random = Random(number)
    for _ in range(3):
        world.broker.replay(random)


def _host_crash(world, _terminal, steps: int, ms: int) -> None:
    if steps:
        world.host.crash_in(steps)
        return
    if world.host.running:
        world.host.crash()
        world.later(ms, world.host._start_again)


def _database_locked(world, _terminal, count: int) -> None:
    world.host.failing = count


# --- who should not speak ---


def _forged_receipt(world, terminal, number: int) -> None:
    """Whoever runs the broker says that everything has arrived (S6)."""
    if not terminal.parts:
        return
    journal, nonce = terminal.parts.books._journal, terminal.parts.outbox._nonce
    content = messages.receipt(terminal.name, journal.epoch, journal.next_seq - 1, [], 1 << 31, nonce)
    key = bytes(32) if number & 1 else terminal.mac_key
    aad = (
        messages.AAD_DOWN if key != terminal.mac_key else messages.AAD_UP
    )  # a terminal's own words, turned round
    forged = cose.mac0(key, content, terminal.name.encode(), aad)
    world.broker.pass_on(messages.down_topic("0", terminal.name), forged)


def _forged_records(world, terminal, number: int) -> None:
    """A sale that nobody made, under a key that is not the terminal's."""
    sale = records.SALE.values(epoch=1, seq=1000 + number % 7, amount=number, currency="CNY")
    content = messages.batch(terminal.name, 1, [records.SALE.pack(sale)], bool(number & 1))
    _post(world, terminal, cose.mac0(bytes(32), content, terminal.name.encode(), messages.AAD_UP))


def _other_body(world, terminal, number: int) -> None:
    """A second device with this one's identity and keys repeats a number with another body (F16)."""
    rows = world.host.books.rows("SELECT body FROM records WHERE terminal = ?", terminal.name)
    if not rows:
        return
    world.checks.forked.add(terminal.name)
    schema, values = records.decode(rows[number % len(rows)][0])
    values[3] += 1 + number % 1000
    world.checks.awaited.add("other-body")
    content = messages.batch(terminal.name, values[1], [schema.pack(values)], False)
    _post(world, terminal, cose.mac0(terminal.mac_key, content, terminal.name.encode(), messages.AAD_UP))


def _mangled(world, terminal, number: int) -> None:
    """The last message to the terminal comes again with one bit turned (F18)."""
    if world.broker.told:
        topic, payload = world.broker.told[-1]
        turned = bytearray(payload)
        turned[number % len(turned)] ^= 1 << number % 8
        world.broker.pass_on(topic, bytes(turned))


def _post(world, terminal, payload: bytes) -> None:
    world.broker.queue.append(Posted(messages.up_topic("0", terminal.name), payload))
    world.host.serve()


_FAULTS: dict[str, Callable] = {
    "cut": _cut,
    "key cut": _key_cut,
    "night": _night,
    "reset": _reset,
    "partition": _partition,
    "black hole": _black_hole,
    "slow": _slow,
    "slices": _slices,
    "broker crash": _broker_crash,
    "deaf": _deaf,
    "denied": _denied,
    "doubled": _doubled,
    "shuffled": _shuffled,
    "replay": _replay,
    "host crash": _host_crash,
    "database locked": _database_locked,
    "host clock": _host_clock,
    "clock": _clock,
    "memory": _memory,
    "write error": _write_error,
    "bad block": _bad_block,
    "bit flip": _bit_flip,
    "no paper": _no_paper,
    "forged receipt": _forged_receipt,
    "forged records": _forged_records,
    "other body": _other_body,
    "restored image": copies.restored_image,
    "rival": copies.rival,
    "mangled": _mangled,
}
