# SPDX-License-Identifier: MIT
"""Response codes of the host (ISO 8583 data element 39) and the string key of what the cashier reads."""

APPROVED, PARTIAL = "00", "10"

# One text and not a dict, which would cost a name for each code and each key (docs/memory.md).
_KEYS = """
    01=call_issuer 03=bad_merchant 04=keep_card 05=refused 10=partial 12=invalid 13=bad_amount 14=bad_card 15=no_issuer
    25=not_found 30=format 41=keep_card 43=keep_card 51=funds 54=expired 55=bad_pin 57=not_allowed 58=not_allowed
    61=over_limit 62=restricted 65=too_often 68=late 75=pin_tries 91=issuer_down 94=duplicate 96=system A0=bad_mac"""


def key(code):
    """String key of a response code; an unknown one is 'response_refused' and the screen adds the code."""
    for known in _KEYS.split():
        if known[:3] == code + "=":
            return "response_" + known[3:]
    return "response_refused"
