# SPDX-License-Identifier: MIT
# heap: 512k
"""What keeps a terminal from starting is named with its alarm and the next step, whatever part it is."""

import json
import os

from edges import Board, Quiet, Screen

from own_file import own_file
from pos.build import NotReady, build
from pos.codec import records
from pos.crypto.keystore import KeyStoreError
from pos.journal import Journal
from pos.journal.devices import BLOCK, PAGE, RamDevice
from standard_rows import lines

PROFILE = own_file("profile")
KEYS = json.dumps({"mac": "0a" * 32, "data": "0b" * 16})


def formatted(alarms):
    """A device of eight blocks with a journal of so many alarms, 50 or more to a block."""
    device = RamDevice(8)
    Journal.format(device, "SIM00001", 1)
    journal = Journal(device)
    journal.recover()
    for _ in range(alarms):
        journal.append(records.ALARM, [0, 0, 0, 0, 0, 1, 0, 301, 2, "x"])
    return device


def path_of(name):
    return PROFILE + "/" + name + (".jsonl" if name == "applications" else ".json")


def refusal(device, **files):
    """The NotReady of a terminal with this flash and the files NAME.json of its profile."""
    try:
        started(Board(), device, Quiet(), **files)
    except NotReady as error:
        return error
    raise AssertionError("it was built")


def started(board, device, log, **files):
    """The terminal on `board` with this flash and profile."""
    board.profile_dir, board.journal_device, board.link = PROFILE, device, None
    os.mkdir(PROFILE)
    try:
        for name in files:
            with open(path_of(name), "w") as file:
                file.write(files[name])
        return build(board, Screen(), log)
    finally:
        for name in files:
            os.remove(path_of(name))
        os.rmdir(PROFILE)


def test_missing_or_damaged_keys_are_a_configuration_alarm():
    for files in ({}, {"keys": "{}"}):
        error = refusal(formatted(0), config='{"terminal": "SIM00001"}', **files)
        assert error.alarm == "configuration" and "provision" in str(error)


class Store:
    """A board's own: it has keys, or says why not."""

    def __init__(self, mac=None):
        self.mac = mac

    def mac_key(self):
        if self.mac is None:
            raise KeyStoreError("key 'mac' is missing: provision the terminal")
        return self.mac


def test_a_board_brings_its_own_key_store_and_no_key_lies_in_the_profile():
    board, store = Board(), Store(bytearray(32))
    board.clock.learn, board.key_store = None, lambda: store
    assert started(board, formatted(0), Quiet(), config='{"terminal": "SIM00001"}')._keys is store
    board = Board()
    board.key_store = Store
    try:
        started(board, formatted(0), Quiet(), config='{"terminal": "SIM00001"}')
        raise AssertionError("it was built")
    except NotReady as error:
        assert error.alarm == "configuration" and "provision" in str(error)


def test_the_journal_of_another_terminal_is_a_configuration_alarm():
    error = refusal(formatted(0), config='{"terminal": "SIM00002"}', keys=KEYS)
    assert error.alarm == "configuration" and "SIM00001" in str(error)


def test_an_unsent_record_that_cannot_be_read_is_a_journal_alarm():
    device = formatted(180)
    device.pages[(BLOCK + 2000) // PAGE][2000 % PAGE] ^= 4
    error = refusal(device, config='{"terminal": "SIM00001"}', keys=KEYS)
    assert error.alarm == "journal_damaged" and "export" in str(error)


def test_f10_after_a_restart_the_clock_is_not_before_what_the_host_said():
    board, device = Board(), formatted(1)
    board.clock.learn = None
    journal = Journal(device)
    journal.recover()
    journal.trust(board.clock.now() + 86_400)
    journal.retire(1)
    wanted_s, restarted = board.clock.now() + 86_400, Journal(device)
    started(board, device, Quiet(), config='{"terminal": "SIM00001"}', keys=KEYS)
    restarted.recover()
    assert board.clock.now() == wanted_s
    assert records.as_dict(restarted.read(2))["at_s"] == wanted_s


def test_f8_the_reason_of_a_reset_is_in_the_journal_and_in_the_log():
    for reason in (0, 1):
        board, log, device = Board(), Quiet(), formatted(0)
        board.clock.learn = None
        if reason:
            board.reset_reason = reason  # of a board with a watchdog
        started(board, device, log, config='{"terminal": "SIM00001"}', keys=KEYS)
        journal = Journal(device)
        journal.recover()
        assert records.as_dict(journal.read(1))["reason"] == reason
        (ready,) = [facts for name, facts in log.lines if name == "ready"]
        assert ready["reset"] == reason


class WithReaders(Board):
    chip = None  # of no use before a sale


def parameter_alarms(board, **files):
    """Details of alarm 206 at a start with these files in the profile."""
    board.clock.learn = None
    device = formatted(0)
    started(board, device, Quiet(), config='{"terminal": "SIM00001"}', keys=KEYS, **files)
    journal = Journal(device)
    journal.recover()
    told = [records.as_dict(record) for _, record in journal.scan()]
    return [one["detail"] for one in told if one["kind"] == "alarm" and one["code"] == 206]


def test_missing_or_faulty_parameters_of_applications_are_an_alarm_and_the_terminal_starts():
    good = [json.dumps(line) for line in lines("contact") + lines("contactless")]
    assert parameter_alarms(WithReaders(), applications="\n".join(good)) == []
    faulty = "\n".join(good[:2] + [good[2].replace('"aid"', '"aids"')] + good[3:])
    assert parameter_alarms(WithReaders(), applications=faulty) == ["line 3: aids is unknown"]
    assert parameter_alarms(WithReaders()) == ["no file"]


def test_a_board_without_card_readers_needs_no_parameters():
    assert parameter_alarms(Board()) == []
