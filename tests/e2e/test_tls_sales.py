# SPDX-License-Identifier: MIT
"""Sales over mutual TLS, on a small 32-bit heap too: a handshake may not cost a sale its memory."""

import pytest
import yaml
from brokers import Authority, Mosquitto
from runtimes import needed

from suanpan.host import Host
from suanpan.host.tls import Tls
from suanpan.simulator.runner import Options, run_scenario
from suanpan.simulator.scenario import load

SALES = 8
# The memory gate of 128 KiB and what the TLS library takes: on an ESP32 that is not MicroPython's heap, here it is.
HEAP = {"micropython32": "136k"}
CARDS = (("mag-credit", "APPROVED"), ("mag-declined", "DECLINED"), ("mag-debit", "APPROVED"))


def sale(number):
    """One by card or, each fourth, by a customer's code."""
    card, result = CARDS[number % 3]
    present = {"swipe": {"card": card}}
    if number % 4 == 3:
        present, result = {"scan": {"code": f"13456789012345{number:02d}00"}}, "APPROVED"
    return [
        {"keys": " ".join(str(1000 + number)) + " ENTER"},
        {"expect": {"screen": "Swipe card or scan code"}},
        present,
        {"expect": {"screen": result, "within_ms": 15000}},
        {"wait": {"idle": True}},
    ]


def scenario(folder, ca, papers):
    steps = [{"wait": {"idle": True}}, {"expect": {"screen": "Online"}}]
    for number in range(SALES):
        steps += sale(number)
    steps += [{"wait": {"synced": True}}, {"expect": {"journal": {"kind": "sale", "count": SALES}}}]
    config = {"result_s": 1, "tls_ca": ca, "tls_cert": papers["cert"], "tls_key": papers["key"]}
    path = folder / "tls.yaml"
    path.write_text(yaml.safe_dump({"config": config, "steps": steps}), encoding="utf-8")
    return load(path)


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
async def test_sales_over_mutual_tls(runtime, tmp_path):
    needed(runtime)
    authority = Authority(tmp_path, "ca")
    server, ours, papers = (authority.issue(name, ("localhost",)) for name in ("server", "host", "terminal"))
    lines = f"cafile {authority.path}\ncertfile {server['cert']}\nkeyfile {server['key']}\n"
    async with Mosquitto(tmp_path, lines=lines + "require_certificate true\n") as broker:
        url = f"mqtts://localhost:{broker.port}"
        host = Host(f"sqlite:///{tmp_path / 'host.db'}", url, tls=Tls(authority.path, **ours))
        host.start()
        try:
            assert host.wait_ready(20)
            options = Options(
                runtime=runtime, heap=HEAP.get(runtime), broker=url, out=tmp_path / "out", timeout_s=100
            )
            made = scenario(tmp_path, authority.path, papers)
            summary = await run_scenario(made, options, lambda *_progress: None)
            rows = host.transactions()
        finally:
            host.stop()
    assert summary["outcome"] == "ok", summary["failed_step"]
    assert "MemoryError" not in (tmp_path / "out" / "device.log").read_text(encoding="utf-8")
    assert sorted(row["amount"] for row in rows) == [1000 + number for number in range(SALES)]
