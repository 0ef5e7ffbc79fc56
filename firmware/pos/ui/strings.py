# SPDX-License-Identifier: MIT
"""Every text that the operator or the customer reads or hears, in Chinese and English, once.

One text and not a dict of them, because in a ROM image it takes no heap: a line is key|Chinese|English.
The slip of a card sale is read by two people, so its titles are in both languages at once.
"""

LANGUAGES = ("zh", "en")

CATALOGUE = """
= idle
enter_amount|请输入金额|Enter amount
online|在线|Online
offline_link|离线|OFFLINE
queue|待上传 %d|%d to send
all_sent|已全部上传|All sent
simulator|模拟器|SIMULATOR
other_language|English|中文
notice|提示|Notice
do_back|返回|Back
do_ok|确认|OK
do_yes|是|Yes
do_no|否|No
do_again|重试|Again
do_skip|不打印|Skip
= amount
sale|消费|Sale
void|消费撤销|Void
refund|退货|Refund
amount_zero|金额不能为零|Amount is zero
amount_digits|金额位数过多|Too many digits
limit_transaction|单笔限额 %s|Limit per sale: %s
= present
present|请刷卡或扫码|Swipe card or scan code
present_chip|或插卡、挥卡|or insert it, or tap
card_unreadable|读卡失败,请匀速重刷|Card not read: swipe again, steadily
card_malformed|磁道无效,请换卡或扫码|Not a payment card: use another card or a code
code_unreadable|付款码无法识别,请调亮屏幕后重扫|Code not read: brighter screen, scan again
code_characters|不是付款码|Not a payment code: ask for the payment page
code_prefix|不支持此付款码|Unknown payment code: WeChat, Alipay, UnionPay only
code_length|付款码长度有误,请重扫|Payment code has the wrong length: scan again
card_has_chip|芯片卡,请插卡或挥卡|Card has a chip: insert or tap
chip_not_here|本机暂不支持芯片卡,请换磁条卡或扫码|No chip reader here: other card, code or CANCEL
chip_wait|处理中,请勿取卡|Please wait: leave the card in
chip_again|读卡中断,请重新插卡|Interrupted: insert the card again
chip_failed|芯片读取失败,请刷卡|Chip not read: swipe the card
tap_wait|正在读卡,请勿移开|Reading: hold the card still
tap_again|请再次挥卡|Tap again
one_card|请只出示一张卡|One card only, please
see_phone|请查看手机提示后再挥|See the phone, then tap again
use_chip|请插卡或刷卡|Insert or swipe the card
other_card|此卡不能使用,请换卡|This card cannot be used: another one
card_declined|卡片拒绝交易|Declined by the card
card_blocked|卡片已锁定|The card is blocked
remove_card|请取卡|Remove card
choose|请选择应用|Choose application
scanner_missing|扫码器无应答,请刷卡|Scanner does not answer: swipe a card
voice_swipe_again|请重刷|Swipe again
voice_scan_again|请重扫|Scan again
voice_chip|请插卡|Insert card
timed_out|操作超时|Timed out
= refund
refund_voucher|请输入原凭证号|Voucher of the sale
refund_unknown|本机没有此消费|No such sale on this terminal
refund_refused|原交易未成功|That sale was not approved
refund_voided|原交易已撤销|That sale was voided
refund_nothing|原交易已全额退货|That sale was refunded in full
refund_left|可退 %s|Can be refunded: %s
refund_over|超过可退金额|More than can be refunded
limit_refund|退货限额 %s|Limit per refund: %s
card_again|请出示原交易卡|The same card, please
card_of_other_sale|非原交易卡,请换卡|Not the card of that sale
= duplicate
duplicate|疑似重复收款|Paid just now?
duplicate_ask|同一卡同一金额刚刚收过,是否再收一次?|Same card and amount was just taken. Take it again?
= pin
pin|密码|PIN
pin_enter|请输入密码|Enter PIN
pin_or_none|请输入密码,无密码请按确认|Enter PIN, or OK without one
pin_short|密码至少四位|At least four digits
pin_wrong|密码错误,请重新输入|Wrong PIN: once more
pin_last|最后一次机会|Last try
= authorise
asking_host|正在联机 请稍候|Asking the host
wait_s|剩余 %d 秒|%d s left
cannot_cancel|已发送,不能取消|Already sent: cannot be cancelled
no_connection|无网络|No connection
= result
approved|交易成功|APPROVED
approved_offline|脱机交易成功|APPROVED OFFLINE
declined|交易拒绝|DECLINED
reversed|已冲正|REVERSED
voided|撤销成功|VOID APPROVED
code|应答码 %s|Code %s
auth|授权码 %s|Auth %s
stored|已保存,联网后上传|Stored, is sent when online
no_answer|主机无应答,未收款|No answer: nothing was taken
no_answer_back|主机无应答,未退款|No answer: nothing was given back
partial|仅批准 %s,未收款|Only %s approved: nothing was taken
partial_back|仅批准 %s,未退款|Only %s approved: nothing was given back
limit_offline_each|脱机单笔限额 %s|Offline limit each: %s
limit_offline_total|脱机总额 %s,剩余 %s|Offline total %s, remains %s
limit_offline_count|脱机笔数上限 %d|Offline count limit %d
limit_offline_age|脱机超过 %d 小时,请联网|Offline over %d h: restore the network
code_needs_host|付款码交易须联机|A code needs the host
card_needs_host|此卡须联机|This card needs the host
void_needs_host|撤销须联机|A void needs the host
refund_needs_host|退货须联机|A refund needs the host
voice_approved|收款成功%s元|Approved %s
voice_voided|撤销成功%s元|Voided %s
voice_refunded|退货成功%s元|Refunded %s
voice_declined|交易失败|Declined
voice_offline|脱机收款成功%s元|Approved offline %s
= print
printing|正在打印|Printing
printed|打印完成|Printed
next_copy|按确认打印持卡人存根|ENTER: customer copy
print_paper|缺纸,装纸后按确认|Paper out: load paper, then ENTER
print_cover|纸仓未关,关好后按确认|Cover open: close it, then ENTER
print_heat|打印头过热,稍候按确认|Printer too hot: wait, then ENTER
print_offline|打印机无应答,检查后按确认|Printer does not answer: check, then ENTER
print_skipped|未打印,可在菜单重打印|No slip. MENU can reprint it
= menu
menu|菜单|Menu
menu_void|撤销上一笔|Void last sale
menu_reprint|重打印上一笔|Reprint last slip
menu_language|语言 English|Language 中文
menu_sync|同步状态|Sync status
menu_about|关于本机|About
menu_refund|退货|Refund
nothing_to_void|没有可撤销的交易|No sale to void
nothing_to_print|没有可重打印的签购单|No slip to reprint
void_ask|撤销这笔消费?|Void this sale?
void_refunded|原交易已退货,不能撤销|That sale has refunds: it cannot be voided
void_sync_first|原交易尚未上传,请先联网|Sale is not at the host yet: sync first
sync_pending|待上传记录 %d|Records to send: %d
sync_free|剩余空间 %d KB|Free space: %d KB
about_terminal|终端 %s|Terminal %s
about_version|版本 %s|Version %s
about_heap|内存 %d KB|Heap %d KB
= trouble
recovered|断电交易已冲正|Sale cut by power loss: REVERSED
ask_again|请重新收款|Ask for the payment again
recovered_back|断电交易已冲正|Cut by power loss: REVERSED
ask_again_back|未退款,请重新操作|Nothing was given back: start it again
memory_short|内存不足,请重试|Short of memory: try again
storage_full|存储已满,请联网同步|Journal is full: restore the network to sync
numbers_used|终端编号冲突,暂停收款|Its numbers are in use by another copy: no sales
no_key|密钥用尽或缺失,请联系服务商|No keys for the card: call the provider
numbers_stop|暂停收款|NO SALES
numbers_hand_over|正在向主机移交 %d 条记录|Handing %d records to the host
numbers_wait|请保持联网和通电,随后自动恢复|Keep network and power on: it goes on by itself
numbers_new|已启用新编号,可以收款|New numbers: sales may go on
numbers_case|请联系服务商核对旧记录|Call the provider about the old records
= response codes
response_refused|交易被拒绝|Refused by the issuer
response_call_issuer|请联系发卡行|Call the issuer
response_bad_merchant|无效商户|Merchant not valid
response_keep_card|没收卡|Keep the card
response_partial|余额不足|Partial approval only
response_invalid|无效交易|Transaction not valid
response_bad_amount|无效金额|Amount not valid
response_bad_card|无效卡号|Card number not valid
response_no_issuer|无此发卡行|No such issuer
response_not_found|未找到原交易|Original not found
response_format|报文格式错误|Message format error
response_funds|余额不足|Not enough money
response_expired|卡已过期|Card has expired
response_bad_pin|密码错误|Wrong PIN
response_not_allowed|不允许此交易|Not allowed for this card
response_over_limit|超出金额限制|Over the card's limit
response_restricted|受限制的卡|Restricted card
response_too_often|超出次数限制|Used too often
response_late|应答超时|Answer came too late
response_pin_tries|密码次数超限|PIN tries exceeded
response_issuer_down|发卡行不可用|Issuer unavailable
response_duplicate|重复交易|Duplicate transaction
response_system|系统故障|System fault
response_bad_mac|校验错误|Message check failed
= slip
slip_merchant_copy|商户存根 MERCHANT COPY|商户存根 MERCHANT COPY
slip_customer_copy|持卡人存根 CUSTOMER COPY|持卡人存根 CUSTOMER COPY
slip_merchant_id|商户编号|MID
slip_terminal|终端编号|TID
slip_operator|操作员号|OPERATOR
slip_issuer|发卡行|ISSUER
slip_acquirer|收单行|ACQUIRER
slip_type|交易类型|TYPE
slip_batch|批次号|BATCH
slip_voucher|凭证号|VOUCHER
slip_auth|授权码|AUTH NO
slip_reference|参考号|REF NO
slip_date|日期/时间|DATE/TIME
slip_original|原凭证号|ORIGINAL VOUCHER
slip_original_auth|原授权码|ORIGINAL AUTH
slip_original_ref|原参考号|ORIGINAL REF
slip_signature|持卡人签名|SIGNATURE
slip_keep|请妥善保管|Please keep this slip
type_sale|消费|SALE
type_void|消费撤销|VOID
type_refund|退货|REFUND
"""


def text(key, language):
    """The text of `key`; KeyError when the catalogue does not have it."""
    start = CATALOGUE.find("\n" + key + "|")
    if start < 0:
        raise KeyError(key)
    line = CATALOGUE[start + 1 : CATALOGUE.find("\n", start + 1)]
    return line.split("|")[1 + LANGUAGES.index(language)]


def keys():
    """Every key, for the tests and the host."""
    return [line.split("|")[0] for line in CATALOGUE.split("\n") if "|" in line]


class Strings:
    """The catalogue in the language of the moment; called with a key and the values to fill in."""

    def __init__(self, language):
        self.language = language

    def __call__(self, key, *values):
        found = text(key, self.language)
        return found % values if values else found

    def pick(self, pair):
        """The text of this language out of a (zh, en) pair of the alarm catalogue."""
        return pair[LANGUAGES.index(self.language)]

    def toggle(self):
        """Change to the other language."""
        self.language = LANGUAGES[1 - LANGUAGES.index(self.language)]
