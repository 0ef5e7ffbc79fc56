# SPDX-License-Identifier: MIT
"""This terminal's numbers are another one's at the host: hand over what is under them, go on in a new epoch (F6).

The host keeps what it cannot book and says so record by record (docs/journal.md). Power may go at any point: what
is not handed over is sent again, and the next start is told of the dispute again.
"""

_WRAP = 999999  # of trace and voucher
_LOOK_MS = 500


async def new_epoch(terminal):
    """Until the host holds every record of this epoch; then the next one has begun."""
    books, outbox = terminal.books, terminal.outbox
    _catch_up(books, outbox.dispute)
    noted = False
    while not noted or books.pending():
        noted = noted or _note(terminal)
        _show(terminal)
        outbox.kick()
        await terminal.operator.key(_LOOK_MS)
    outbox.begin_epoch()
    _note(terminal)
    outbox.kick()
    await _tell(terminal)


def _catch_up(books, told):
    """Trace and voucher go on behind what the host has seen of this terminal; the next record holds them."""
    books.trace = _later(books.trace, told["trace"])
    books.voucher = _later(books.voucher, told["voucher"])
    books.batch = max(books.batch, told["batch"])


def _later(own, told):
    """The one that comes later, though 999999 is followed by 1; 0 is told by books that never saw one."""
    return told if told and 0 < (told - own) % _WRAP < _WRAP // 2 else own


def _note(terminal):
    """The alarm in log and journal; False when there is no room for it before something is handed over."""
    from pos.domain import alarms

    alarm, detail = alarms.find("identity"), "epoch %d" % terminal.books.epoch
    if not terminal.books.alarm(alarm.code, alarm.severity, detail):
        return False
    terminal.log.event("alarm", alarm=alarm.name, code=alarm.code, severity=alarm.severity, detail=detail)
    return True


def _show(terminal):
    t = terminal.operator.t
    lines = ("", t("numbers_used"), t("numbers_hand_over", terminal.books.pending()), t("numbers_wait"))
    if not terminal.outbox.online:
        lines += ((t("no_connection"), "bad"),)
    terminal.operator.show("new_epoch", t("notice"), t("numbers_stop"), "", lines, (), "bad")


async def _tell(terminal):
    operator = terminal.operator
    operator.beep("error")
    lines = ("", operator.t("numbers_new"), operator.t("numbers_case"))
    operator.show("notice", operator.t("notice"), "", "", lines, (), "warn")
    await operator.read_by(terminal.config.result_s * 1000)
