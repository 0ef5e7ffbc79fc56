# SPDX-License-Identifier: MIT
# heap: 512k
"""Each sale has a DUKPT key of its own: PIN and card go under it, the terminal forgets it; without keys no sale."""

from edges import SILENT
from given import CREDIT, IDLE, PRESENT, approved, swipe
from rig import Rig

from expect import raises
from pos.cards import card_data, dukpt_card_data
from pos.codec import cose
from pos.crypto import dukpt
from pos.crypto.pinblock import format4
from pos.flows.abandoned import Abandoned
from register import KEY_ID, Board, derivation_key, held, host_key

SALE = ((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)))
PAN = "6250941234560014"
CARD = (PAN, "3012", "101", PAN + "=30121010000000000000")


def rig_with(register, answers=()):
    rig = Rig(answers)
    rig.terminal._key_device = register.key_device
    return rig


def ksn_of(sealed):
    return bytes(sealed[sealed.find(KEY_ID) :][:12])


def card_of(sealed):
    counter = int.from_bytes(ksn_of(sealed)[8:], "big")
    opened = cose.open_encrypt0(host_key(counter, "data"), sealed, dukpt_card_data.aad(b"SIM00001"))
    return card_data.parse(opened)


async def test_a_sales_card_opens_with_the_hosts_key_alone():
    register = Board()
    rig = rig_with(register, [approved(1234)])
    await rig.flow(*SALE, ("APPROVED", None), (IDLE, None))
    (sale,) = rig.records("sale")
    assert ksn_of(sale["card"]) == dukpt.ksn(KEY_ID, 1) and tuple(card_of(sale["card"])) == CARD
    assert derivation_key(1) not in held(register.device) and not register.device.opened
    assert rig.terminal._sale_key is None


async def test_a_sale_without_network_is_sealed_too():
    register = Board()
    rig = rig_with(register, [SILENT])
    await rig.flow(*SALE, ("APPROVED OFFLINE", None), (IDLE, None))
    (sale,) = rig.records("sale")
    assert card_of(sale["card"]).pan == PAN


def test_pin_and_card_of_one_sale_have_one_ksn_and_the_next_sale_another():
    register = Board()
    terminal = rig_with(register).terminal
    for counter in (1, 2):
        assert terminal.take_key().ksn == dukpt.ksn(KEY_ID, counter)
        block = terminal.pin_block(bytearray(b"1234"), PAN)
        random8 = terminal.board.entropy(8)
        assert block == dukpt.ksn(KEY_ID, counter) + format4(host_key(counter, "pin"), b"1234", PAN, random8)
        sealed = terminal.seal(1, counter, *CARD)
        assert ksn_of(sealed) == block[:12] and tuple(card_of(sealed)) == CARD


def test_a_sale_that_is_given_up_costs_a_key():
    register = Board()
    terminal = rig_with(register).terminal
    first = terminal.take_key()
    assert terminal.take_key().ksn == dukpt.ksn(KEY_ID, 2) and not any(first._key)
    terminal.drop_key()
    assert ksn_of(terminal.seal(1, 1, *CARD)) == dukpt.ksn(KEY_ID, 3)


def test_without_a_register_the_data_key_seals_and_there_is_no_pin_block():
    terminal = Rig().terminal
    assert terminal.take_key() is None and terminal.pin_block(b"1234", PAN) is None
    opened = cose.open_encrypt0(bytes(16), terminal.seal(1, 1, *CARD), card_data.AAD)
    assert tuple(card_data.parse(opened)) == CARD
    terminal.drop_key()


async def refused(register):
    """The register's sale as the operator sees it, and its alarm's detail."""
    rig = rig_with(register, [approved(1234)])
    await rig.flow(*SALE, ("No keys for the card: call the provider", None), (IDLE, None))
    assert not rig.records("sale") and not rig.outbox.requests
    (alarm,) = rig.records("alarm")
    assert alarm["code"] == 307
    return alarm["detail"]


async def test_without_keys_there_is_no_sale_and_the_alarm_says_what_to_do():
    assert await refused(Board(injected=False)) == "no DUKPT keys: inject new keys"


async def test_used_up_keys_are_no_sale_either():
    from pos.crypto.dukpt_register import Register

    register = Board()
    last = Register(register.device)
    last._save(0)
    assert await refused(register) == "DUKPT keys used up: inject more"


async def test_a_register_that_fails_is_no_sale_either():
    def no_slot():
        from pos.crypto.slots import SlotError  # the class of the moment: modules are let go and come again

        raise SlotError("block 1 cannot be erased")

    def no_device():
        raise OSError(5)

    for fault in (no_slot, no_device):
        register = Board()

        def failing(*arguments, fault=fault):
            fault()

        register.device.writeblocks = failing
        assert await refused(register)
        assert not register.device.opened


def test_a_key_that_was_not_given_out_is_not_taken_again():
    """The medium fails after the state was written: what is not sure is skipped."""
    register = Board()
    terminal, ioctl = rig_with(register).terminal, register.device.ioctl

    def no_erase(operation, argument):
        if operation == 6:
            raise OSError(5)
        return ioctl(operation, argument)

    register.device.ioctl = no_erase
    raises(Abandoned, terminal.take_key)
    register.device.ioctl = ioctl
    assert terminal.take_key().ksn == dukpt.ksn(KEY_ID, 2)


async def test_without_register_and_data_key_the_sale_is_refused_and_the_terminal_goes_on():
    class Store:
        def data_key(self):
            from pos.crypto.keystore import KeyStoreError

            raise KeyStoreError("key 'data' is missing: provision the terminal")

    rig = Rig([approved(1234)])
    rig.terminal._keys, keys = Store(), rig.terminal._keys
    await rig.flow(*SALE, ("No keys for the card: call the provider", None), (IDLE, None))
    (alarm,) = rig.records("alarm")
    assert alarm["code"] == 307 and alarm["detail"] == "key 'data' is missing: provision"
    assert not rig.transactions() and rig.terminal.books.in_doubt() is None and not rig.outbox.requests
    rig.terminal._keys = keys
    await rig.flow(*SALE, ("APPROVED", None), (IDLE, None))


async def test_without_keys_the_last_sale_is_still_taken_back():
    register = Board()
    rig = rig_with(register, [approved(1234), approved(1234)])
    await rig.flow(*SALE, ("APPROVED", None), (IDLE, None))
    register.device.pages = [None] * len(register.device.pages)
    await rig.flow((IDLE, "MENU ENTER"), ("Void this sale?", "ENTER"), ("VOID APPROVED", None), (IDLE, None))
