# SPDX-License-Identifier: MIT
"""Terminal action analysis: what the terminal asks the card for (EMV Book 3 section 10.7)."""

from pos.compat import const

AAC = const(0x00)  # decline, approve offline, go online: as in GENERATE AC
TC = const(0x40)
ARQC = const(0x80)
_NONE, _ALL = bytes(5), b"\xff" * 5
_DENIAL = const(0x9F0E)  # issuer action codes
_ONLINE = const(0x9F0F)
_DEFAULT = const(0x9F0D)


def _hit(data, tag, absent, terminal_code):
    """Does a bit of the TVR meet the issuer's or the terminal's action code?"""
    issuer_code = data.get(tag) or absent
    for i in range(5):
        if data.tvr[i] & ((issuer_code[i] if i < len(issuer_code) else absent[i]) | terminal_code[i]):
            return True
    return False


def analyse(data, can_go_online):
    """AAC, ARQC or TC for the first GENERATE AC."""
    if _hit(data, _DENIAL, _NONE, data.application.tac_denial):
        return AAC
    if not can_go_online:
        return analyse_default(data)
    return ARQC if _hit(data, _ONLINE, _ALL, data.application.tac_online) else TC


def analyse_default(data):
    """AAC or TC where the host cannot be reached."""
    return AAC if _hit(data, _DEFAULT, _ALL, data.application.tac_default) else TC
