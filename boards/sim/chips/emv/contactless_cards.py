# SPDX-License-Identifier: MIT
"""The virtual contactless cards by name. Account numbers are public test numbers."""

from boards.sim.chips.emv.cards import MASTERCARD, UNIONPAY_CREDIT, UNIONPAY_DEBIT, VISA
from boards.sim.chips.emv.contactless import PDOL, ContactlessCard
from boards.sim.chips.emv.personality import CDA, DDA, ONLINE_PIN, VERIFY_HOLDER, Personality

_QPBOC, _QVSDC, _MCHIP = 7, 3, 2
_OWN_DEVICE, _EMV_MODE = 0x02, 0x80  # AIP bytes 1 and 2
# CTQ: PIN at the host, signature, verified on the device; go online when not genuine or expired.
_PIN, _SIGN, _DEVICE = b"\x80\x00", b"\x68\x00", b"\x00\x80"
_CREDIT = (UNIONPAY_CREDIT, "UNIONPAY CREDIT", "6250947000000014")
_DEBIT = (UNIONPAY_DEBIT, "UNIONPAY DEBIT", "6223164991230014")
_DEVICE_ACCOUNT = (UNIONPAY_DEBIT, "UNIONPAY DEBIT", "6223164991230022")  # a phone has a number of its own
_VISA = (VISA, "VISA CREDIT", "4761739001010119")
_MASTERCARD = (MASTERCARD, "MASTERCARD", "5413330089020011")


def _qualified(name: str, what: str, of: tuple[bytes, str, str], ctq: bytes, **more: object) -> Personality:
    words = {"kernel": _QPBOC, "aip": DDA, "pdol": PDOL, "ctq": ctq, **more}
    return Personality(name, what, *of, **words)  # type: ignore[arg-type]


def _mchip(name: str, what: str, aip: int, **more: object) -> Personality:
    words = {"kernel": _MCHIP, "aip": aip, "aip_2": _EMV_MODE, "cvm": ONLINE_PIN, **more}
    return Personality(name, what, *_MASTERCARD, **words)  # type: ignore[arg-type]


_ALL = (
    _qualified("tap-credit", "UnionPay credit, fast DDA; signature above the limit", _CREDIT, _SIGN),
    _qualified("tap-debit", "UnionPay debit; PIN at the host above the limit", _DEBIT, _PIN),
    _qualified(
        "tap-visa",
        "Visa, fast DDA; the kind of its cryptogram only in tag 9F10",
        _VISA,
        _SIGN,
        kernel=_QVSDC,
        tells_kind=False,
    ),
    _qualified(
        "tap-phone",
        "Phone with UnionPay: above the limit first 'see phone', then verified on it",
        _DEVICE_ACCOUNT,
        _DEVICE,
        is_phone=True,
    ),
    _qualified(
        "tap-offline-decline", "Declines by itself, whatever is asked", _CREDIT, _SIGN, decision="decline"
    ),
    _mchip("tap-mchip", "Mastercard with CDA; PIN at the host above the limit", CDA | VERIFY_HOLDER),
    _mchip(
        "tap-mchip-phone",
        "Phone with Mastercard: first 'see phone', then verified on it",
        CDA | VERIFY_HOLDER | _OWN_DEVICE,
        is_phone=True,
    ),
)

PERSONALITIES = {personality.name: personality for personality in _ALL}


def card(name: str) -> ContactlessCard:
    """A fresh card; KeyError for an unknown name."""
    return ContactlessCard(PERSONALITIES[name])
