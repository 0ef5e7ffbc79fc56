# SPDX-License-Identifier: MIT
"""The panel's routes over a stand-in session: pages, events, actions, refusals (issue item 7, FAULTS S9, S10)."""

import base64
import json

from panel_server import act, ask, events, panel
from panel_stand_in import StandIn, row

from suanpan.simulator import cards
from suanpan.simulator.panel import words

PNG = b"\x89PNG\r\n"


async def test_the_page_is_marked_simulator_in_both_languages():
    async with panel(StandIn()) as port:
        english = (await ask(port, "/?lang=en")).body.decode()
        chinese = (await ask(port, "/", accept_language="zh-CN,zh;q=0.9,en;q=0.5")).body.decode()
    assert 'lang="en"' in english and "SIMULATOR" in english and "Cancel" in english
    assert 'lang="zh-CN"' in chinese and "SIMULATOR" in chinese and "取消" in chinese


async def test_an_unknown_language_falls_back_to_the_browsers_and_then_to_english():
    async with panel(StandIn()) as port:
        assert 'lang="zh-CN"' in (await ask(port, "/?lang=xx", accept_language="fr,zh;q=0.8")).body.decode()
        assert 'lang="en"' in (await ask(port, "/?lang=xx", accept_language="fr")).body.decode()


def test_every_word_of_the_panel_exists_in_both_languages():
    english, chinese = words.words("en"), words.words("zh")
    assert english.keys() == chinese.keys()
    assert all(english.values()) and all(chinese.values())


async def test_the_page_holds_masked_card_numbers_only():
    async with panel(StandIn()) as port:
        page = (await ask(port, "/")).body.decode()
    assert "625094******0014" in page
    for card in cards.builtin().values():
        assert card["pan"] not in page and card.get("track2", card["pan"]) not in page


async def test_every_card_has_its_words_and_lies_in_the_drawer_of_its_kind():
    async with panel(StandIn()) as port:
        page = (await ask(port, "/?lang=zh")).body.decode()
    for kind in cards.KINDS:
        drawer = page.split(f'id="cards-{kind}"')[1].split('role="tabpanel"')[0]
        for name in cards.called(kind):
            assert f'data-card="{name}"' in drawer
            assert {f"card_{name}", f"card_{name}_text"} <= words.words("en").keys()


async def test_cards_in_the_readers_are_told_to_browsers_that_are_there_and_that_come_later():
    session = StandIn()
    async with panel(session) as port, events(port) as next_event:
        await act(port, "insert", {"card": "chip-pin"})
        assert await next_event("cards") == {"chip": "chip-pin", "contactless": []}
        async with events(port) as later:
            assert (await later("snapshot"))["cards"]["chip"] == "chip-pin"


async def test_the_page_needs_nothing_from_elsewhere():
    async with panel(StandIn()) as port:
        page = await ask(port, "/")
    assert b"http://" not in page.body and b"https://" not in page.body
    assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_a_browser_gets_the_whole_state_first_and_then_each_change():
    session = StandIn()
    session.rows = [row(1)]
    async with panel(session) as port, events(port) as next_event:
        state = await next_event("snapshot")
        assert [known["seq"] for known in state["rows"]] == [1]
        assert base64.b64decode(state["screen"]["png"]).startswith(PNG)
        session.show("SALE", "12.34")
        picture = await next_event("screen")
        assert picture["v"] > state["screen"]["v"]
        assert (await next_event("text"))["text"] == "SALE\n12.34"
        session.emit("host", row(2, offline=True))
        assert (await next_event("row"))["offline"] is True
        session.emit("journal", {"records": 9, "pending": 4})
        assert await next_event("queue") == {"records": 9, "pending": 4}


async def test_an_alarm_is_told_with_text_and_remedy_of_the_catalogue():
    session = StandIn()
    async with panel(session) as port, events(port) as next_event:
        await next_event("snapshot")
        session.emit("alarm", {"source": "terminal", "code": "301", "detail": ""})
        alarm = await next_event("alarm")
        assert alarm["text"]["en"] == "Working offline" and alarm["remedy"]["zh"] == "检查网络"
        session.emit("alarm", {"source": "terminal", "code": "65000", "detail": "from a newer terminal"})
        assert (await next_event("alarm"))["detail"] == "from a newer terminal"
        session.emit("alarm", {"code": "wrong-mac", "source": "host", "detail": ""})
        alarm = await next_event("alarm")
        assert alarm["code"] == "wrong-mac" and alarm["text"]["en"] and alarm["severity"] == 3


async def test_a_slip_grows_and_can_be_read_again():
    session = StandIn()
    async with panel(session) as port, events(port) as next_event:
        await next_event("snapshot")
        await session.print_slip(["SUANPAN", "TOTAL 12.34"])
        slip = await next_event("paper")
        while not slip["complete"]:
            slip = await next_event("paper")
        assert slip["n"] == 1
        assert (await ask(port, "/slips/1.png")).body.startswith(PNG)
        assert (await ask(port, "/slips/1.txt")).body == b"SUANPAN\nTOTAL 12.34"
        for path in ("/slips/2.png", "/slips/0.txt", "/slips/1.exe", "/slips/-1.png", "/slips/../app.py"):
            assert (await ask(port, path)).status == 404


async def test_the_screen_is_a_png_of_the_displays_size():
    async with panel(StandIn()) as port:
        picture = (await ask(port, "/screen.png?v=1")).body
    assert picture.startswith(PNG) and picture[16:24] == (240).to_bytes(4) + (320).to_bytes(4)


async def test_the_hosts_transactions_are_given_as_json():
    session = StandIn()
    session.rows = [row(7)]
    async with panel(session) as port:
        answer = (await ask(port, "/transactions.json")).json
        state = (await ask(port, "/state.json")).json
    assert answer["schema"] and answer["transactions"][0]["seq"] == 7
    assert state["terminal"] == "SIM00001" and state["screen"]["text"] == "SUANPAN\nREADY"


async def test_each_action_reaches_the_session():
    session = StandIn()
    async with panel(session) as port:
        origin = f"http://127.0.0.1:{port}"
        for name, fields in (
            ("keys", {"keys": ["1", "00", "ENTER"]}),
            ("swipe", {"card": "mag-credit", "damage": "lrc"}),
            ("swipe", {"track2": ";6250947000000014=3512101?"}),
            ("insert", {"card": "chip-credit"}),
            ("remove", {}),
            ("tap", {"card": "tap-debit", "torn_at": 3}),
            ("scan", {"code": "134567890123456789"}),
            ("network", {"state": "down"}),
            ("network", {"delay_ms": 500}),
            ("printer", {"paper": "out"}),
            ("host", {"next": "decline", "code": "05"}),
            ("power", {"cut_after_writes": 3}),
            ("power", {"cut": "now"}),
            ("power", {"on": True}),
        ):
            answer = await act(port, name, fields, origin=origin)
            assert answer.status == 200, (name, fields, answer.body)
    assert session.did == [
        ("press", "1"),
        ("press", "00"),
        ("press", "ENTER"),
        ("swipe", "mag-credit", "lrc", {}),
        ("swipe", None, None, {"track2": ";6250947000000014=3512101?"}),
        ("insert", "chip-credit", None),
        ("remove",),
        ("tap", "tap-debit", 3),
        ("scan", "134567890123456789", None),
        ("network", {"state": "down", "delay_ms": 0, "loss": 0.0, "blackhole": False}),
        ("network", {"state": "down", "delay_ms": 500, "loss": 0.0, "blackhole": False}),
        ("printer", "out", None, None),
        ("host_next", "decline", "05"),
        ("cut_after_writes", 3),
        ("power_off",),
        ("power_on",),
    ]


async def test_bad_input_is_refused_with_the_next_step_and_does_nothing():
    session = StandIn()
    async with panel(session) as port:
        for name, body in (
            ("keys", {"keys": ["HELLO"]}),
            ("keys", {"keys": "1"}),
            ("keys", {"keys": ["1"] * 33}),
            ("keys", {}),
            ("keys", [1]),
            ("keys", b"{"),
            ("keys", b"[" * 4000),
            ("swipe", {}),
            ("swipe", {"card": "mag-credit", "track2": ";1=?"}),
            ("swipe", {"card": "x" * 41}),
            ("insert", {}),
            ("insert", {"card": "tap-debit"}),
            ("insert", {"card": "../own.json"}),
            ("tap", {"card": "chip-credit"}),
            ("tap", {"card": "tap-debit", "torn_at": 0}),
            ("remove", {"now": True}),
            ("scan", {"code": ""}),
            ("scan", {"code": "12\n34"}),
            ("network", {}),
            ("network", {"state": "sideways"}),
            ("network", {"loss": 1.5}),
            ("network", {"delay_ms": True}),
            ("network", {"blackhole": 1}),
            ("printer", {"paper": "in", "ink": "blue"}),
            ("power", {}),
            ("power", {"cut": "now", "on": True}),
            ("power", {"cut_after_writes": 0}),
            ("host", {"next": "maybe"}),
            ("host", {"next": "decline", "code": "5x"}),
        ):
            answer = await act(port, name, body)
            assert answer.status == 400, (name, body, answer)
            assert answer.json["error"] and answer.json["next"]
        assert (await act(port, "explode", {})).status == 404
        assert (await ask(port, "/actions/keys")).status == 405
        assert (await ask(port, "/nothing")).json["next"]
    assert session.did == []


async def test_what_the_session_refuses_is_told_in_its_words():
    session = StandIn()
    session.refuse = ValueError("no card is called 'mag-gold'")
    async with panel(session) as port:
        answer = await act(port, "swipe", {"card": "mag-gold"})
    assert answer.status == 409 and "mag-gold" in answer.json["error"]


async def test_without_power_keys_and_cards_are_refused():
    session = StandIn()
    async with panel(session) as port:
        await act(port, "power", {"cut": "now"})
        answer = await act(port, "keys", {"keys": ["1"]})
        assert answer.status == 400 and "power" in answer.json["error"]
        assert (await act(port, "swipe", {"card": "mag-credit"})).status == 400
    assert session.did == [("power_off",)]


async def test_a_dark_scanner_does_not_pass_in_silence():
    session = StandIn()

    async def dark(code: str, damage: str | None = None) -> bool:
        return False

    session.scan = dark  # type: ignore[method-assign]
    async with panel(session) as port:
        answer = await act(port, "scan", {"code": "134567890123456789"})
    assert answer.status == 400 and "scanner" in answer.json["error"]


async def test_other_pages_and_other_names_are_refused():
    session = StandIn()
    async with panel(session) as port:
        keys = {"keys": ["1"]}
        for headers in (
            {"origin": "http://evil.example"},
            {"origin": "null"},
            {"origin": f"https://127.0.0.1:{port}"},
            {"origin": f"http://localhost:{port + 1}"},
            {"host": f"evil.example:{port}"},
            {"host": "127.0.0.1.evil.example"},
            {"host": ""},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ):
            assert (await act(port, "keys", keys, **headers)).status == 403, headers
        assert (await ask(port, "/", host="evil.example")).status == 403
        assert (await ask(port, "/events", origin="http://evil.example")).status == 403
        assert (await ask(port, "/", host=f"localhost:{port}")).status == 200
        assert (await act(port, "keys", keys, origin=f"http://127.0.0.1:{port}")).status == 200
    assert session.did == [("press", "1")]


async def test_forms_and_large_bodies_are_refused():
    session = StandIn()
    async with panel(session) as port:
        body = json.dumps({"keys": ["1"]}).encode()
        form = await ask(port, "/actions/keys", "POST", body, content_type="text/plain")
        assert form.status == 415
        large = await act(port, "scan", {"code": "1" * 9000})
        assert large.status == 413 and large.json["next"]
    assert session.did == []


async def test_a_page_that_does_not_read_is_let_go_and_starts_again():
    session = StandIn()
    async with panel(session) as port, events(port) as next_event:
        await next_event("snapshot")
        for count in range(2000):  # without a pause, so that the stream cannot drain
            session.emit("journal", {"records": count, "pending": 0})
        async with events(port) as again:
            assert (await again("snapshot"))["queue"]["records"] == 1999
