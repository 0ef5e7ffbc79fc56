# SPDX-License-Identifier: MIT
"""The one catalogue of alarms (DOMAIN.md M12): what happened, how bad, the likely cause, what to do.

Codes are for good: a number that was used is never given to another alarm. One text, as in ui/strings.py;
a block is: code, name, kind, severity / text / voice / cause / remedy, each of these as Chinese|English.
Kinds: transaction, system, environment, operation, hardware, security.
"""

from collections import namedtuple

Alarm = namedtuple("Alarm", ("code", "name", "kind", "severity", "text", "voice", "cause", "remedy"))

_SEVERITIES = ("info", "warning", "error", "critical")  # 1 to 4 in the `alarm` record

CATALOGUE = """
101 late_approval transaction warning
迟到的批准已冲正|Late approval, reversed
交易已冲正|Sale was reversed
主机应答超时|The host answered after the time-out
可重新收款|The sale may be made again

102 power_cut_reversal transaction warning
断电交易已冲正|Sale cut by power loss, reversed
上一笔交易已冲正|Last sale was reversed
交易中断电|Power was lost during a sale
请重新收款|Ask again for the payment

103 partial_approval transaction warning
部分批准已冲正|Partial approval, reversed
余额不足|Not the full amount
卡内余额不足|The card does not cover the amount
请换卡或减少金额|Other card or smaller amount

201 journal_full system critical
存储已满|Journal is full
存储已满,请联网|Storage full
长时间未同步|Not synced for a long time
恢复网络后等待同步|Restore the network, wait for sync

202 journal_damaged system critical
存储损坏|Journal is damaged
终端停用|Terminal stopped
闪存故障|Flash failure
保留终端并联系服务商|Keep the device, call service

203 invariant system critical
安全停机|Safe stop
终端停用|Terminal stopped
软件自检失败|A check in the software failed
请重新开机,若再次出现请联系服务商|Restart; if it returns, call service

204 task_failed system error
后台任务已重启|Background task restarted
|
软件错误|Software fault
若再次出现请联系服务商|If it returns, call service

205 configuration system critical
配置错误|Configuration error
配置错误|Configuration error
配置项未知或超范围|A key is unknown or out of range
更正配置后重启|Correct it and restart

206 parameters system error
卡应用参数有误|Card parameters faulty
芯片卡参数有误|Chip card parameters faulty
参数文件缺失、有误或过期|Their file is missing, wrong or out of date
重新装入参数,期间可刷磁条卡|Load them again; stripes work meanwhile

301 offline environment warning
已转脱机|Working offline
网络中断,脱机交易|No network, working offline
主机无应答|The host does not answer
检查网络|Check the network

302 offline_limit environment error
脱机额度已用完|Offline limit reached
脱机额度已用完|Offline limit reached
长时间未联网|No network for too long
恢复网络以同步|Restore the network to sync

303 refused environment error
主机拒绝本终端|Host refuses this terminal
终端未开通|Terminal not enabled
终端未登记或已停用|Not registered or suspended
联系服务商|Call the provider

304 host_mac security error
主机报文校验失败|Message not from the host
|
密钥不符或被冒充|Wrong key, or somebody else on the broker
联系服务商|Call the provider

305 identity security critical
终端编号冲突|Another device has this identity
|
编号重复或存储为旧副本|Same number twice, or an old copy of the flash
停用并联系服务商|Stop, call the provider

306 tamper security critical
机壳被打开,密钥已清除|Case was opened, keys erased
终端已锁定|Terminal locked
机壳被打开|The case was opened
停用,由服务商检查并重新注入密钥|Stop; the provider checks it and loads new keys

307 card_keys security critical
密钥用尽或缺失|Keys used up or missing
暂停收款|No sales
密钥已用完、未注入或存储损坏|All are used, none were loaded, or their store is damaged
由服务商注入新密钥|The provider loads new keys

501 printer hardware warning
打印机故障|Printer not ready
请检查打印机|Check the printer
缺纸、开盖或过热|No paper, cover open or too hot
装纸合盖后按确认|Load paper, close, press ENTER

502 reader hardware warning
读卡失败|Card cannot be read
|
刷卡过快或磁条脏污|Swiped too fast or dirty stripe
匀速重刷或换支付方式|Swipe again or pay another way

503 key_stuck hardware warning
按键卡住|A key is stuck
按键卡住|Key stuck
按键脏污|Dirt under the key
清洁键盘|Clean the keypad
"""


def find(name):
    """Alarm by name; KeyError when the catalogue does not have it."""
    return _at(CATALOGUE.find(" %s " % name), name)


def by_code(code):
    """Alarm by code as the `alarm` record holds it; KeyError when unknown (a newer terminal)."""
    return _at(CATALOGUE.find("\n%d " % code) + 1, code)


def all_alarms():
    """Every alarm, ascending by code."""
    return [_parse(block) for block in CATALOGUE.strip().split("\n\n")]


def _at(position, wanted):
    """The alarm whose head line holds `position`."""
    if position <= 0:
        raise KeyError(wanted)
    start = CATALOGUE.rfind("\n", 0, position) + 1
    end = CATALOGUE.find("\n\n", start)
    return _parse(CATALOGUE[start : end if end > 0 else len(CATALOGUE) - 1])


def _parse(block):
    head, text, voice, cause, remedy = block.split("\n")
    code, name, kind, severity = head.split(" ")
    pairs = [tuple(line.split("|")) for line in (text, voice, cause, remedy)]
    return Alarm(int(code), name, kind, _SEVERITIES.index(severity) + 1, *pairs)
