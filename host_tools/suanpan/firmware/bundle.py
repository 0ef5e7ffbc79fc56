# SPDX-License-Identifier: MIT
"""Modules that are needed together, put together: one module of the ROM image for each group.

A module costs about 200 bytes of heap and three names beside what it does: its object, its globals, a table of its
names, what it imports. Under its own name each is still there, for tests and tools: as a list of what the bundle has.
"""

import ast
from pathlib import Path

from suanpan.firmware.known import Known
from suanpan.firmware.merge import Merger, Module
from suanpan.firmware.rewrite import Rewriter
from suanpan.firmware.shorten import shortened

# In the order of their imports. Left out: native code, and whatever a test patches.
LASTING = {
    "pos.basics_": """
        pos.domain.money pos.domain.calendar pos.domain.limits pos.domain.transaction pos.cards.dates
        pos.cards.errors pos.drivers pos.codec.text pos.crypto.compare pos.crypto.wipe""",
    "pos.cose_": """
        pos.codec.cbor_types pos.codec.cbor_encode pos.codec.cbor_decode pos.codec.cbor
        pos.crypto.xor pos.crypto.ccm pos.crypto.hmac""",
    "pos.codec_": "pos.codec.template pos.codec.field_types pos.codec.schema pos.codec.records pos.codec.messages",
    "pos.journal_": """
        pos.journal.errors pos.journal.layout pos.journal.ring pos.journal.cursor pos.journal.flash
        pos.journal.frame pos.journal.walk pos.journal.reader pos.journal.writer pos.journal.journal pos.journal
        """,
    "pos.net_": """
        pos.net.errors pos.net.packet pos.net.topics pos.net.link pos.net.delivery pos.net.connection
        pos.net.mqtt pos.net.backoff pos.net.session""",
    "pos.outbox_": "pos.net.hostmail pos.net.custody pos.net.outbox",
    "pos.ui_": """
        pos.drivers.deadline pos.drivers.keypad pos.drivers.buzzer pos.drivers.lamps
        pos.drivers.st7789 pos.drivers.syn6288 pos.ui.font pos.ui.text pos.ui.theme pos.ui.view pos.ui.layout
        pos.ui.layout_colour pos.ui.paint pos.ui.paint_colour pos.ui.strings pos.ui.operator pos.ui.screen""",
    "pos.terminal_": """
        pos.settings pos.flows.abandoned pos.flows.entry pos.flows.duplicate pos.ops.log pos.ops.status pos.ops.tamper
        pos.crypto.keystore pos.books pos.workflow pos.ui.status_bar""",
    "pos.app_": "pos.app",
    "boards.unix_": """
        boards.sim.bus boards.sim.cut boards.sim.heap boards.unix.clock pos.journal.devices""",
}
# What is let go again, all of a bundle at once.
PASSING = {
    "pos.recovery_": "pos.journal.recovery",
    "pos.alarms_": "pos.domain.alarms",
    "pos.lookup_": "pos.lookup",
    "pos.crypto.key_": "pos.crypto.transaction_key",
    "pos.crypto.register_": "pos.crypto.slots pos.crypto.dukpt_register pos.crypto.sale_key",
    "pos.cards.tlv_": "pos.cards.tlv",
    "pos.cards.details_": "pos.cards.track pos.cards.chip_details",
    "pos.cards.sealing_": "pos.cards.card_data pos.cards.dukpt_card_data",
    "pos.cards.dol_": "pos.cards.dol",
    "pos.cards.parameters_": "pos.cards.parameters",
    "pos.cards.profile_": "pos.cards.applications pos.cards.ca_keys",
    "pos.cards.faults_": "pos.cards.parameter_faults",
    "pos.start_": "pos.config pos.net.tls pos.net.uplink pos.build",
    "pos.cards.prepare_": "pos.cards.terminal pos.flows.emv_side",
    "pos.cards.kernel_": "pos.cards.apdu pos.cards.data_set",
    "pos.cards.selection_": "pos.cards.candidates pos.cards.initiate",
    "pos.cards.records_": "pos.cards.records",
    "pos.cards.restrictions_": "pos.cards.restrictions",
    "pos.cards.signatures_": "pos.crypto.rsa pos.cards.certificates pos.cards.oda",
    "pos.cards.pin_": "pos.cards.offline_pin",
    "pos.cards.risk_": "pos.cards.risk pos.cards.cvm",
    "pos.cards.cryptogram_": "pos.cards.action pos.cards.generate_ac",
    "pos.flows.tap_": "pos.cards.outcome pos.flows.tap_sale",
    "pos.cards.entry_": "pos.cards.qualifiers pos.cards.ppse pos.cards.contactless",
    "pos.cards.qvsdc_": "pos.cards.qvsdc",
    "pos.cards.mchip_": "pos.cards.mchip",
    "pos.flows.resting_": "pos.flows.power_cut pos.flows.idle",
    "pos.flows.again_": "pos.flows.at_host pos.flows.again",
    "pos.flows.menu_": "pos.flows.menu pos.flows.void_last pos.flows.reprint_last",
    "pos.flows.sale_": "pos.flows.sale",
    "pos.flows.amount_": "pos.flows.amount",
    "pos.flows.refund_": "pos.flows.refund_original pos.flows.refund_amount pos.flows.refund",
    "pos.flows.presence_": "pos.flows.take_away pos.flows.present",
    "pos.flows.swipe_": "pos.drivers.magstripe pos.drivers.gm65",
    "pos.flows.slot_": "pos.cards.atr pos.drivers.ccid_serial pos.drivers.ccid",
    "pos.flows.field_": "pos.drivers.pn532_frame pos.drivers.pn532_uart pos.drivers.pn532",
    "pos.flows.issuers_": "pos.domain.mask pos.domain.issuers pos.domain.fees",
    "pos.flows.payment_": "pos.flows.payment",
    "pos.flows.swiped_": "pos.flows.stripe pos.domain.codes pos.flows.code pos.flows.worth",
    "pos.flows.card_": "pos.flows.by_card",
    "pos.flows.chip_": "pos.cards.contact pos.flows.choose pos.flows.desk pos.flows.chip_sale",
    "pos.flows.pin_": "pos.flows.pin",
    "pos.flows.scramble_": "pos.ui.key_grid pos.flows.scramble",
    "pos.flows.intent_": "pos.cards.de55 pos.flows.chip_intent",
    "pos.flows.decision_": "pos.domain.responses pos.flows.authorise",
    "pos.flows.ending_": "pos.flows.result pos.flows.conclude",
    "pos.flows.printer_": "pos.drivers.escpos pos.drivers.printer",
    "pos.flows.slip_": "pos.domain.receipt pos.flows.print_receipt",
}
BUNDLES = {**LASTING, **PASSING}
# What programs outside may call, by keyword too (DESIGN section 5).
PUBLISHED = """
    pos.codec.cbor.dumps pos.codec.cbor.loads pos.crypto.cmac.cmac pos.crypto.pinblock.format0
    pos.crypto.pinblock.format4 pos.crypto.dukpt.initial_key pos.crypto.dukpt.working_key pos.crypto.ed25519.verify
    pos.cards.tlv.parse pos.cards.track.parse_track2 pos.domain.fees.fee pos.net.mqtt.Client"""


def bundled(files: dict[str, Path], known: Known) -> dict[str, str]:
    """{path on the device: source} of the image, from {path on the device: file}."""
    modules = {module.name: module for module in [Module(path, file) for path, file in files.items()]}
    groups = {bundle: [modules[name] for name in names.split()] for bundle, names in BUNDLES.items()}
    merger = Merger(modules, groups, known, PASSING)
    sources = {module.path: module.stub(known.names) for module in modules.values() if module.bundle}
    for bundle, members in groups.items():
        imported: set[str] = set()
        texts = [Rewriter(merger, module, imported).text() for module in members]
        sources[bundle.replace(".", "/") + ".py"] = "\n".join(texts)
    for module in modules.values():
        if not module.bundle:
            sources[module.path] = Rewriter(merger, module, set()).text()
    known = known._replace(keywords=known.keywords | keywords(modules))
    return shortened(dict(sorted(sources.items())), known)


def keywords(modules: dict[str, Module]) -> set[str]:
    """Names of the arguments of what is published."""
    found = set()
    for module, _, name in [published.rpartition(".") for published in PUBLISHED.split()]:
        wanted = [node for node in modules[module].tree.body if getattr(node, "name", "") == name]
        found |= {part.arg for node in wanted for part in ast.walk(node) if isinstance(part, ast.arg)}
    return found
