# SPDX-License-Identifier: MIT
"""A scenario file is checked as a whole before anything starts (DESIGN section 5)."""

import pytest

from boards.sim.chips.emv import authority
from boards.sim.chips.emv import cards as chip_cards
from suanpan.provision.parameters import STANDARD
from suanpan.simulator.cards import made as made_card
from suanpan.simulator.scenario import ScenarioError, load


def scenario(tmp_path, text):
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def complaint(tmp_path, text):
    with pytest.raises(ScenarioError) as error:
        scenario(tmp_path, text)
    return str(error.value).removeprefix(str(tmp_path))


def test_a_bare_list_of_steps_is_a_scenario(tmp_path):
    loaded = scenario(tmp_path, '- keys: "1 2 00 ENTER"\n- wait: {idle: true}\n')
    assert [(step.word, step.values, step.line) for step in loaded.steps] == [
        ("keys", ["1", "2", "00", "ENTER"], 1),
        ("wait", {"idle": True}, 2),
    ]
    assert (loaded.name, loaded.config, loaded.host) == ("case", {}, {})


def test_name_config_host_and_steps_are_the_keys_at_the_top(tmp_path):
    loaded = scenario(
        tmp_path,
        "name: a name\nconfig: {language: zh, offline_each: 100}\nhost: {db: 'sqlite://'}\nsteps:\n- tamper: {}\n",
    )
    assert loaded.name == "a name"
    assert loaded.config == {"language": "zh", "offline_each": 100}
    assert loaded.host == {"db": "sqlite://"}


def test_every_step_of_the_design_is_accepted(tmp_path):
    text = """
    - keys: "1 2 3 4 ENTER"
    - swipe: {card: mag-credit}
    - swipe: {track1: "%B6250947000000014^A/B^3512101?", track2: ";6250947000000014=3512101?"}
    - insert: {card: chip-credit}
    - insert: {card: chip-credit, torn_at: 5}
    - remove: {}
    - remove: {now: true}
    - tap: {card: tap-debit}
    - tap: {card: tap-debit, second: tap-mchip, torn_at: 2}
    - scan: {code: "134567890123456789"}
    - network: {state: down}
    - network: {delay_ms: 100, loss: 0.05, blackhole: true}
    - host: {next: decline, code: "51"}
    - power: {cut: now}
    - power: {cut_after_writes: 17}
    - power: {on: true}
    - printer: {paper: out}
    - printer: {cover: open, overheat: true}
    - clock: {advance_s: 86400}
    - clock: {set: "2036-01-01T00:00:00Z"}
    - battery: {percent: 7}
    - tamper: {}
    - wait: {idle: true}
    - wait: {synced: true}
    - wait: {ms: 500}
    - expect: {screen: "APPROVED", receipt: "x", alarm: "y", voice: "z", within_ms: 100}
    - expect: {journal: {kind: sale, state: approved}}
    """
    assert len(scenario(tmp_path, text).steps) == 27


def test_values_keep_their_digits_without_quotes(tmp_path):
    loaded = scenario(
        tmp_path, "- scan: {code: 134567890123456789}\n- host: {next: decline, code: 05}\n- keys: 00\n"
    )
    assert [step.values for step in loaded.steps] == [
        {"code": "134567890123456789"},
        {"next": "decline", "code": "05"},
        ["00"],
    ]


def test_a_clock_is_set_in_utc(tmp_path):
    quoted, bare = scenario(
        tmp_path, '- clock: {set: "2036-01-01T00:00:00Z"}\n- clock: {set: 2036-01-01T08:00:00+08:00}\n'
    ).steps
    assert quoted.values == bare.values == {"set": 2082758400}


WRONG = {
    "- kyes: '1'": "/case.yaml:1: unknown step 'kyes'; did you mean 'keys'?",
    "- keys: '1 2 ENTR'": "/case.yaml:1: unknown key 'ENTR'; did you mean 'ENTER'?",
    "- wait: {idle: true}\n- expect: {scren: A}": "/case.yaml:2: unknown key 'scren'; did you mean 'screen'?",
    "- network: {state: dwn}": "/case.yaml:1: unknown value 'dwn'; did you mean 'down'?",
    "- network: {loss: 5}": "/case.yaml:1: 5.0 is not in the range 0 to 1",
    "- host: {next: decline, code: '5'}": (
        '/case.yaml:1: expected a response code of two characters, such as "51"'
    ),
    "- network: {}": "/case.yaml:1: 'network' has nothing to do; give it a key",
    "- expect: {within_ms: 5}": "/case.yaml:1: 'expect' has nothing to do; give it a key",
    "- expect: {screen: '['}": "/case.yaml:1: not a regular expression: unterminated character set at position 0",
    "- swipe: {card: mag-crdit}": (
        "/case.yaml:1: no card is called 'mag-crdit'; did you mean 'mag-credit'? `suanpan sim cards` lists them"
    ),
    "- swipe: {card: mag-credit, track2: '1'}": (
        '/case.yaml:1: expected {card: …} or {track1: "…", track2: "…"}'
    ),
    "- insert: {card: chip-crdit}": (
        "/case.yaml:1: no card is called 'chip-crdit'; did you mean 'chip-credit'? `suanpan sim cards` lists them;"
        " chip cards are chip-credit, chip-debit, "
    ),
    "- insert: {card: mag-chip}": "/case.yaml:1: card 'mag-chip' is no chip card; chip cards are chip-credit, ",
    "- tap: {card: chip-credit}": (
        "/case.yaml:1: card 'chip-credit' is no contactless card; contactless cards are tap-credit, "
    ),
    "- tap: {card: tap-credit, second: tap}": "/case.yaml:1: no card is called 'tap'; ",
    "- insert: {card: chip-credit, torn_at: 0}": "/case.yaml:1: 0 is not in the range 1 to 1000 (step 1)",
    "- swipe: {card: tap-phone}": "/case.yaml:1: card 'tap-phone' has no magnetic stripe",
    "- remove: {now: false}": "/case.yaml:1: only true makes sense here",
    "- swipe: {track2: 'ü'}": "/case.yaml:1: a stripe holds ASCII characters only (step 1)",
    "- power: {}": "/case.yaml:1: expected {cut} or {cut_after_writes} or {on}, none is complete",
    "- power: {cut: now, on: true}": ("/case.yaml:1: expected {cut} or {cut_after_writes} or {on}, not both"),
    "- power: {cut_after_writes: 0}": "/case.yaml:1: 0 is not in the range 1 to 1000000 (step 1)",
    "- wait: {ms: 1}\n- keys: []": (
        '/case.yaml:2: expected at least one key, such as "1 2 3 4 ENTER" (step 2)'
    ),
    "- keys: ''": "/case.yaml:1: expected some text (step 1)",
    "- keys: ' '": '/case.yaml:1: expected at least one key, such as "1 2 3 4 ENTER" (step 1)',
    "- wait: {ms: soon}": "/case.yaml:1: expected a whole number from 0 to 600000",
    "- clock: {set: noon}": '/case.yaml:1: expected a time such as "2036-01-01T00:00:00Z"',
    "stps: []": "/case.yaml:1: unknown key 'stps'; did you mean 'steps'?",
    "name: x": "/case.yaml:1: expected {steps}, none is complete",
    "config: {langage: en}\nsteps: [{tamper: {}}]": (
        "/case.yaml:1: unknown key 'langage'; did you mean 'language'?"
    ),
    "config: {language: fr}\nsteps: [{tamper: {}}]": "/case.yaml:1: key language must be zh or en",
    "- {wait: {idle: true}, tamper: {}}": (
        "/case.yaml:1: expected one step with one word, such as `- wait: {idle: true}`"
    ),
    "": "/case.yaml:1: expected a list of steps, or name, config, host and steps",
    "- [": "/case.yaml:1: not YAML",
    "[" * 999: "/case.yaml:1: nested too deep",
    "config: &c {language: *c}\nsteps: [{tamper: {}}]": "/case.yaml:1: nested too deep",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_line_and_what_would_be_right(tmp_path, text):
    assert complaint(tmp_path, text).startswith(WRONG[text])


def test_a_card_file_is_sought_beside_the_scenario(tmp_path):
    (tmp_path / "own.json").write_text('{"track2": ";6250947000000014=3512101?"}', encoding="utf-8")
    (step,) = scenario(tmp_path, "- swipe: {card: own.json}").steps
    assert step.values == {"card": "own.json", "track1": None, "track2": ";6250947000000014=3512101?"}


def test_a_missing_file_is_no_traceback(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read: No such file or directory"):
        load(tmp_path / "absent.yaml")


def test_the_keys_of_a_card_are_made_while_its_scenario_is_read(tmp_path):
    """A second of arithmetic while a reader waits for its answer looks like a reader that is gone."""
    authority.key.cache_clear()
    chip_cards.PERSONALITIES["chip-two"].__dict__.pop("records", None)
    scenario(tmp_path, "- insert: {card: chip-two}\n")
    made = authority.key.cache_info().misses
    assert made > 1 and made_card("chip-two", "chip").applets and authority.key.cache_info().misses == made


def test_a_transcript_is_a_chip_card_or_a_contactless_one(tmp_path):
    exchanges = '"exchanges": [["00A4040007A0000000031010", "6A82"]]'
    (tmp_path / "chip.json").write_text(f'{{"atr": "3B6500002063CB6800", {exchanges}}}', encoding="utf-8")
    (tmp_path / "tap.json").write_text(f'{{"contactless": true, {exchanges}}}', encoding="utf-8")
    steps = scenario(tmp_path, "- insert: {card: chip.json}\n- tap: {card: tap.json}\n").steps
    assert [step.values["card"] for step in steps] == ["chip.json", "tap.json"]
    assert "is no contactless card" in complaint(tmp_path, "- tap: {card: chip.json}")
    assert "is no chip card" in complaint(tmp_path, "- insert: {card: tap.json}")
    assert "has no magnetic stripe" in complaint(tmp_path, "- swipe: {card: tap.json}")


@pytest.mark.parametrize(
    "card",
    [
        '{"track1": 5}',
        '{"track2": "ü"}',
        '{"track2": null, "track1": ["B1"]}',
        '{"track2": "1", "exchanges": [["00", 5]]}',
        '{"track2": "1", "exchanges": [["00A"]]}',
        '{"track2": "1", "exchanges": "00"}',
        '{"track2": "1", "atr": "xy"}',
        '{"track2": "1", "contactless": 1}',
        "[]",
        "{",
    ],
)
def test_a_file_that_is_no_card_is_named(tmp_path, card):
    (tmp_path / "own.json").write_text(card, encoding="utf-8")
    assert "own.json" in complaint(tmp_path, "- swipe: {card: own.json}")


def test_parameters_of_card_applications_are_checked_before_anything_starts(tmp_path):
    steps = "steps: [{wait: {idle: true}}]\n"
    (tmp_path / "own.jsonl").write_bytes(STANDARD.read_bytes())
    assert scenario(tmp_path, "parameters: own.jsonl\n" + steps).parameters == STANDARD.read_bytes()
    (tmp_path / "own.jsonl").write_text('{"way": "contactless", "kernel": 4}\n')
    said = complaint(tmp_path, "parameters: own.jsonl\n" + steps)
    assert said.startswith("/case.yaml:1: ") and "own.jsonl:1: kernel must be 2, 3 or 7" in said
    assert "cannot be read" in complaint(tmp_path, "parameters: none.jsonl\n" + steps)
