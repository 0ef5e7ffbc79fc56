# SPDX-License-Identifier: MIT
"""Modules that stay for as long as the terminal runs, put together: one module of the ROM image for each group.

A module costs about 200 bytes of heap beside what it does: its object, its globals, a table of its names, what it
imports. Under its own name each is still there, for tests and tools: as a list of what the bundle has.
"""

from pathlib import Path

from suanpan.firmware.merge import Merger, Module
from suanpan.firmware.rewrite import Rewriter
from suanpan.firmware.shorten import Known, shortened

# In the order of their imports. Left out: what is let go again, native code, and whatever a test patches.
BUNDLES = {
    "pos.domain_": "pos.domain.money pos.domain.calendar pos.domain.limits pos.domain.transaction",
    "pos.codec_": """
        pos.codec.template pos.codec.field_types pos.codec.schema pos.codec.records
        pos.codec.cbor_types pos.codec.cbor_encode pos.codec.cbor_decode pos.codec.cbor
        pos.crypto.xor pos.crypto.ccm pos.crypto.hmac pos.codec.messages""",
    "pos.journal_": """
        pos.journal.errors pos.journal.layout pos.journal.ring pos.journal.cursor pos.journal.flash
        pos.journal.frame pos.journal.walk pos.journal.reader pos.journal.writer pos.journal.journal pos.journal
        """,
    "pos.net_": """
        pos.net.packet pos.net.topics pos.net.link pos.net.delivery pos.net.connection
        pos.net.mqtt pos.net.backoff pos.net.session pos.net.hostmail""",
    "pos.ui_": """
        pos.drivers.deadline pos.drivers.keypad pos.drivers.buzzer pos.drivers.lamps pos.drivers.st7789
        pos.drivers.syn6288 pos.ui.font pos.ui.text pos.ui.theme pos.ui.view pos.ui.layout pos.ui.layout_colour
        pos.ui.paint pos.ui.paint_colour pos.ui.strings pos.ui.operator""",
    "pos.terminal_": """
        pos.settings pos.flows.abandoned pos.flows.duplicate pos.ops.log pos.ops.status pos.crypto.keystore
        pos.books pos.workflow pos.ui.status_bar""",
    "boards.unix_": """
        boards.sim.bus boards.sim.cut boards.sim.heap boards.unix.clock pos.journal.devices""",
}


def bundled(files: dict[str, Path], known: Known) -> dict[str, str]:
    """{path on the device: source} of the image, from {path on the device: file}."""
    modules = {module.name: module for module in [Module(path, file) for path, file in files.items()]}
    groups = {bundle: [modules[name] for name in names.split()] for bundle, names in BUNDLES.items()}
    merger = Merger(modules, groups)
    sources = {module.path: module.stub(known.private) for module in modules.values() if module.bundle}
    for bundle, members in groups.items():
        imported: set[str] = set()
        texts = [Rewriter(merger, module, imported).text() for module in members]
        sources[bundle.replace(".", "/") + ".py"] = "\n".join(texts)
    for module in modules.values():
        if not module.bundle:
            sources[module.path] = Rewriter(merger, module, set()).text()
    return shortened(dict(sorted(sources.items())), known)
