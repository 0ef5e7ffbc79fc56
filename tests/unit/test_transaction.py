# SPDX-License-Identifier: MIT
"""The states of a transaction, folded from its records."""

from pos.domain import transaction as t


def sale(seq=7, amount=1234):
    return {
        "kind": "sale", "epoch": 1, "seq": seq, "at_s": 1_700_000_000, "trace": 3, "batch": 1, "voucher": 3,
        "amount": amount, "currency": "CNY", "operator": "01", "entry": "S", "issuer": "VISA",
        "pan_masked": "411111******1111", "fee": 7, "card": b"",
    }  # fmt: skip


def void(seq=9, of=7):
    record = sale(seq)
    record.update({"kind": "void", "original_epoch": 1, "original_seq": of})
    for name in ("entry", "issuer", "pan_masked", "fee", "card"):
        del record[name]
    return record


def refund(seq=11, of=7, amount=500):
    record = sale(seq, amount)
    record.update({"kind": "refund", "original_epoch": 1, "original_seq": of})
    del record["fee"]
    return record


def outcome(of=7, state=1, offline=0, code="00"):
    return {
        "kind": "outcome", "epoch": 1, "seq": of + 1, "at_s": 1_700_000_001, "of_epoch": 1, "of_seq": of,
        "state": state, "offline": offline, "code": code, "auth_code": "123456",
        "reference": "000000000042", "amount": 1234,
    }  # fmt: skip


def reversal(of=7, reason=1):
    return {
        "kind": "reversal",
        "epoch": 1,
        "seq": of + 2,
        "at_s": 0,
        "of_epoch": 1,
        "of_seq": of,
        "reason": reason,
    }


def printed(of=7, result=0):
    return {"kind": "print", "epoch": 1, "seq": of + 3, "at_s": 0, "of_epoch": 1, "of_seq": of,
            "copy": 1, "reprint": 0, "result": result}  # fmt: skip


def test_an_intent_alone_is_pending():
    found = t.fold([sale()])
    assert (found.state, found.kind, found.amount, found.pan_masked) == (
        "pending",
        "sale",
        1234,
        "411111******1111",
    )


def test_approved_declined_failed():
    assert t.fold([sale(), outcome()]).state == "approved"
    assert t.fold([sale(), outcome(state=2, code="51")]).state == "declined"
    assert t.fold([sale(), outcome(state=3)]).state == "declined"


def test_offline_is_a_flag_beside_the_state():
    found = t.fold([sale(), outcome(offline=1)])
    assert (found.state, found.offline) == ("approved", True)


def test_reversal_wins_in_any_order():
    for records in ([sale(), reversal()], [reversal(), sale()], [sale(), reversal(), outcome()],
                    [sale(), outcome(), reversal()]):  # fmt: skip
        found = t.fold(records)
        assert (found.state, found.reversed, found.amount) == ("reversed", True, 1234)


def test_a_record_twice_changes_nothing_more():
    once = t.fold([sale(), outcome()]).as_dict()
    assert t.fold([sale(), sale(), outcome(), outcome()]).as_dict() == once


def test_print_is_a_fact_of_its_own():
    found = t.fold([sale(), outcome(), printed(result=1)])
    assert (found.state, found.printed) == ("approved", 0)
    assert t.fold([sale(), outcome(), printed(result=1), printed()]).printed == 1


def chip_data(stage, data):
    return {"kind": "icc", "epoch": 1, "seq": 8 + stage, "at_s": 0, "of_epoch": 1, "of_seq": 7,
            "stage": stage, "data": data}  # fmt: skip


def test_how_the_chip_ended_counts_more_than_what_it_asked_in_any_order():
    asked, ended = chip_data(1, b"asked"), chip_data(2, b"ended")
    assert t.fold([sale(), asked, outcome()]).icc == b"asked"
    for records in ([sale(), asked, ended, outcome()], [sale(), ended, asked, outcome()]):
        assert t.fold(records).icc == b"ended"


def test_an_approved_void_takes_back_its_original():
    sold, taken = t.fold_all([sale(), outcome(), void(), outcome(of=9), {"kind": "boot"}])
    assert (sold.state, taken.state, taken.original) == ("voided", "approved", (1, 7))


def test_a_void_that_overtook_the_outcome_of_its_original_waits_for_it():
    assert t.fold_all([sale(), void(), outcome(of=9)])[0].state == "pending"
    assert t.fold_all([sale(), void(), outcome(of=9), outcome()])[0].state == "voided"


def test_a_declined_or_reversed_void_leaves_its_original():
    assert t.fold_all([sale(), outcome(), void(), outcome(of=9, state=2)])[0].state == "approved"
    assert t.fold_all([sale(), outcome(), void(), reversal(of=9)])[0].state == "approved"


def test_wrong_order_is_refused_with_both_names():
    try:
        t.fold([sale(), outcome(state=2), outcome()])
    except t.StateError as error:
        assert "declined" in str(error) and "approved" in str(error)
    else:
        raise AssertionError("a declined sale became approved")


def test_two_identities_are_not_one_transaction():
    for records in ([sale(7), sale(8)], []):
        try:
            t.fold(records)
        except ValueError:
            continue
        raise AssertionError(records)


def test_refunds_that_stand_or_may_stand_count_and_leave_the_sale_approved():
    told = [sale(7), outcome(7), refund(11), outcome(11), refund(21, amount=100), refund(31), reversal(31)]
    told += [refund(41), outcome(41, state=2, code="51")]
    sold, given, pending, taken_back, refused = t.fold_all(told)
    assert (sold.state, sold.refunded) == ("approved", 600)
    assert [one.state for one in (given, pending, taken_back, refused)] == [
        "approved", "pending", "reversed", "declined"
    ]  # fmt: skip
    assert given.original == (1, 7) and given.fee == 0
