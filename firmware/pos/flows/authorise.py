# SPDX-License-Identifier: MIT
"""Ask the host about a durable intent and write down what came of it (DOMAIN.md M3, M4).

Approved, declined, offline within the limits, or reversed; there is no fifth way out.
"""

from pos.codec import records
from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.domain import limits, money
from pos.tasks import first

_TICK_MS = 250
# EMV Book 4 annex A6: approved offline; unable to go online, approved offline
_APPROVED_BY_CARD, _OFFLINE_CODE = "Y1", "Y3"


async def authorise(terminal, transaction, beside=(), pin=b"", alone=True):
    """Lines that explain the result; the result itself is in `transaction`, durable.

    `alone`: without the host's answer the limits decide; else it needs one.
    """
    answer = await ask(terminal, transaction, beside, pin)
    return decide(terminal, transaction, answer, alone or answer is not None)


async def ask(terminal, transaction, beside=(), pin=b""):
    """The host's answer as a dict, or None when none came in time.

    `beside`: numbers of records that go with the intent; `pin`: as in messages.batch.
    """
    terminal.assert_durable(transaction)
    if not await _connected(terminal, transaction):
        return None
    timeout_ms = terminal.config.answer_timeout_s * 1000
    seqs = terminal.books.unsent_reversals() + list(beside) + [transaction.seq]
    watch = _keep_operator_informed(terminal, transaction, timeout_ms)
    _, answer, error = await first(timeout_ms, terminal.outbox.request(seqs, timeout_ms, pin), watch)
    if error is not None:
        terminal.log.failure("request_failed", error)
    return answer


async def _connected(terminal, transaction):
    """False when there is no link and none comes up within a moment: nobody waits 30 s for that."""
    started = ticks_ms()
    if not terminal.outbox.online:
        terminal.outbox.kick()  # do not sit out a long back-off while a customer waits
    while not terminal.outbox.online:
        if ticks_diff(ticks_ms(), started) >= terminal.config.connect_wait_s * 1000:
            return False
        _show(terminal, transaction, terminal.operator.t("no_connection"))
        await sleep_ms(_TICK_MS)
    return True


async def _keep_operator_informed(terminal, transaction, timeout_ms):
    """Count down on the screen and answer every key, for as long as the request lasts."""
    operator = terminal.operator
    started = ticks_ms()
    note = ""
    while True:
        left_s = max(0, timeout_ms - ticks_diff(ticks_ms(), started) + 999) // 1000
        _show(terminal, transaction, note or operator.t("wait_s", left_s))
        key = await operator.key(_TICK_MS)
        if key is not None:
            note = operator.t("cannot_cancel")


def decide(terminal, transaction, answer, card_agrees=True):
    """Write down what came of it; the lines that explain it. `card_agrees`: a chip has the last word too."""
    if answer is None:
        return _no_answer(terminal, transaction, card_agrees)
    return _answered(terminal, transaction, answer, card_agrees)


def _answered(terminal, transaction, answer, card_agrees):
    from pos.domain import responses

    t, books = terminal.operator.t, terminal.books
    code, amount = answer["code"], answer["amount"]
    if code == responses.PARTIAL or (code == responses.APPROVED and amount != transaction.amount):
        books.reverse(transaction, records.REASON_PARTIAL)
        terminal.alarm("partial_approval")
        return [t(_of(transaction, "partial"), money.text(amount, transaction.currency))]
    if code == responses.APPROVED and not card_agrees:
        books.reverse(transaction, records.REASON_CARD)
        return [t("card_declined")]
    state = records.APPROVED if code == responses.APPROVED else records.DECLINED
    books.outcome(transaction, state, code, answer["auth_code"], answer["reference"])
    if state == records.APPROVED:
        return [t("auth", answer["auth_code"])]
    return [t(responses.key(code)), t("code", code)]


def _no_answer(terminal, transaction, card_agrees):
    """Offline when limits and card allow it, else reversed; the reason is on the screen either way."""
    why = offline_refusal(terminal, transaction)
    if why is None and not card_agrees:
        why = terminal.operator.t("card_needs_host")
    if why is None:
        terminal.books.outcome(transaction, records.APPROVED, _OFFLINE_CODE, offline=True)
        terminal.alarm("offline")
        return [terminal.operator.t("stored")]
    terminal.books.reverse(transaction, records.REASON_NO_ANSWER)
    return [terminal.operator.t(_of(transaction, "no_answer")), why]


def _of(transaction, key):
    """String key: a sale that does not take place took nothing, a void or refund gave nothing back."""
    return key if transaction.kind == "sale" else key + "_back"


def take_offline(terminal, transaction):
    """A card approved by itself: the lines that explain what came of it. The terminal's own limits hold for it too."""
    why = offline_refusal(terminal, transaction)
    if why is not None:
        terminal.books.reverse(transaction, records.REASON_CARD)
        return [why]
    terminal.books.outcome(transaction, records.APPROVED, _APPROVED_BY_CARD, offline=True)
    return [terminal.operator.t("stored")]


def offline_refusal(terminal, transaction):
    """Why this transaction cannot be taken offline, as text; None when it can."""
    t = terminal.operator.t
    if terminal.outbox.dispute:
        return t("numbers_used")
    if transaction.kind != "sale":
        return t(transaction.kind + "_needs_host")
    if transaction.entry == records.ENTRY_CODE:
        return t("code_needs_host")
    breach = _breach(terminal, transaction.amount)
    if breach is None:
        return None
    if breach.name != "limit_offline_each":
        terminal.alarm("offline_limit", breach.name)
    return _limit_text(t, breach, transaction.currency)


def _breach(terminal, amount):
    books, now_s = terminal.books, terminal.clock.now()
    rules = terminal.config.offline_limits()
    if limits.offline_breach(amount, books.stored, now_s, rules) is not None:
        books.count_stored()  # the host may have confirmed some since they were counted
    return limits.offline_breach(amount, books.stored, now_s, rules)


def _limit_text(t, breach, currency):
    if breach.name == "limit_offline_age":
        return t(breach.name, breach.limit // 3600)
    if breach.name == "limit_offline_count":
        return t(breach.name, breach.limit)
    if breach.name == "limit_offline_each":
        return t(breach.name, money.text(breach.limit, currency))
    return t(breach.name, money.text(breach.limit, currency), money.text(breach.remains, currency))


def _show(terminal, transaction, note):
    operator = terminal.operator
    operator.show(
        "authorise",
        title=operator.t("asking_host"),
        big="%s %s" % (transaction.currency, money.text(transaction.amount, transaction.currency)),
        lines=(note,),
        busy=True,
    )
