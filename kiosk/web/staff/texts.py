"""Hold the texts of the staff pages, by code. The Japanese texts are the msgids of the translation catalogues."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.decision import CardToday, LifeEvent, Need, Purpose
from kiosk.eligibility import CallKind, Relationship
from kiosk.eligibility.sources import Change, ConfirmedField, EligibilitySource
from kiosk.eligibility.terminal import FactsNote, Status
from kiosk.identity import Level, Revocation
from kiosk.reception import Aids, Seen, StateName
from kiosk.web.aids import LETTERS, SPEECH, SWITCHES

__all__ = [
    "CARD_TODAY",
    "CHANGES",
    "CONFIRM_REASONS",
    "CONSENTS",
    "CURTAIN",
    "EVENTS",
    "FIELDS",
    "HOW_TO",
    "LATE_ANSWERS",
    "LEVELS",
    "MISSED",
    "NEEDS",
    "ONLINE_FIELDS",
    "ONLINE_NOTES",
    "PAPER_HERE",
    "PURPOSES",
    "RELATIONSHIPS",
    "REVOCATIONS",
    "SEEN",
    "SOURCES",
    "CALLS",
    "STATES",
    "aids_in_use",
]

STATES: Mapping[StateName, str] = {
    StateName.OUT_OF_SERVICE: "受け付けていません",
    StateName.IDLE: "カードを待っています",
    StateName.READING: "カードを読み取っています",
    StateName.PIN: "暗証番号の入力を待っています",
    StateName.STAFF: "係員による本人確認を待っています",
    StateName.CHECKING: "確認しています",
    StateName.RESULT: "結果を表示しています",
    StateName.OFFICIAL_READER: "顔認証付きカードリーダーの結果を待っています",
    StateName.FAILURE: "エラーの画面を表示しています",
    StateName.TAKE_CARD: "カードを取るのを待っています",
    StateName.FAREWELL: "終わりの画面を表示しています",
    StateName.GUIDE: "カードのない方への案内を表示しています",
    StateName.INFORMATION: "カードなしで、ご用件の案内を表示しています",
}

CALLS: Mapping[CallKind | None, str] = {
    None: "係員をよんでいます",
    CallKind.VISITOR: "係員をよんでいます",
    CallKind.VISUAL_CHECK: "本人確認（目視）を待っています",
    CallKind.CHOICE: "顔認証の結果を選ぶのを待っています",
    CallKind.CARD_LEFT: "カードが置き忘れられています",
}
"""Who calls at another kiosk of the register; None: its program does not say."""

HOW_TO = (
    (
        "暗証番号がわからない、ロックされている",
        "カードを置いたまま、目視確認（カードの顔写真と本人を見くらべる）をします。",
    ),
    (
        "N-01 が出た（はじめてのカード、更新したカード）",
        "加入者を調べ、本人を確かめてから、置かれているカードをその方に登録します。",
    ),
    (
        "カードがない、読み取れない",
        "加入者を調べると、どの書類で受診できるかがわかります。",
    ),
    (
        "番号（C-02 など）が出た",
        "「番号の意味」で、窓口の対応を調べます。",
    ),
)
"""What staff are asked most often, and what they do; shown while nobody is looked up."""

MISSED = "この前のログインから、パスワードのまちがいが{count}回ありました。心当たりがなければ、管理者に伝えてください。"
"""Shown once to somebody who has logged in."""

FIELDS: Mapping[str, str] = {
    "insurer_number": "保険者番号",
    "symbol": "記号",
    "number": "番号",
    "name": "氏名",
    "kana": "フリガナ",
    "sex": "性別",
    "postal_code": "郵便番号",
    "address": "住所",
    "household_head": "組合員氏名",
    "employer": "事業所名",
    "acquired_on": "資格取得年月日",
    "lost_on": "資格喪失年月日",
    "confirmation_valid_until": "資格確認書の有効期限",
}
"""The columns of the register for which a document may be refused, by the names that staff know."""

ONLINE_FIELDS: Mapping[ConfirmedField, str] = {
    ConfirmedField.INSURER_NUMBER: "保険者番号",
    ConfirmedField.SYMBOL: "記号",
    ConfirmedField.NUMBER: "番号",
    ConfirmedField.BRANCH: "枝番",
    ConfirmedField.NAME: "氏名",
    ConfirmedField.KANA: "フリガナ",
    ConfirmedField.ADDRESS: "住所",
    ConfirmedField.ACQUIRED_ON: "資格取得年月日",
    ConfirmedField.LOST_ON: "資格喪失年月日",
    ConfirmedField.COPAY_PERCENT: "負担割合",
}
"""What register and 資格確認端末 may have differently."""

ONLINE_NOTES: Mapping[FactsNote, str] = {
    FactsNote.OLD_QUALIFICATION: (
        "新しい資格があります。表示しているのは、古い資格の結果です。新しい資格確認書などで、もう一度聞いてください。"
    ),
    FactsNote.ACQUIRED_ON_MISSING: "資格取得年月日の回答がないため、確認した日を取得の日として判定しています。",
    FactsNote.LOST_ON_MISSING: "資格喪失年月日の回答がないか先の日のため、確認した日を喪失の日として判定しています。",
    FactsNote.DAYS_CONTRADICT: "回答の日付が食いちがうため、いちばん近い日で判定しています。",
}
"""What staff are to know of an answer of the 資格確認端末."""

CHANGES: Mapping[Change, str] = {
    Change.NEW_NUMBER: "番号",
    Change.NAME: "氏名",
    Change.COPAY: "負担割合",
    Change.ADDRESS: "住所",
    Change.LOST: "資格の喪失",
}
"""What has changed about a member, by the 資格確認端末."""

LATE_ANSWERS: Mapping[Status, str] = {
    Status.VALID: "資格がありました。",
    Status.INVALID: "資格がありませんでした。",
    Status.NEW_QUALIFICATION: "資格が変わっています。新しい保険の書類を確かめてください。",
    Status.NONE: "該当する資格がありませんでした。",
    Status.SEVERAL: "複数の方が該当し、確認できませんでした。",
    Status.ERROR: "エラーになり、確認できませんでした。",
    Status.TIMEOUT: "回答がなく、確認できませんでした。",
}
"""What a late answer of the 資格確認端末 says."""

CONSENTS: Mapping[str, str] = {
    "limit": "限度額",
    "specific_disease": "特定疾病",
    "medicine": "薬剤",
    "treatment": "診療",
    "operation": "手術",
    "checkup": "健診",
}
"""What somebody may have agreed to, by the fields of `kiosk.eligibility.terminal.Consents`."""

SOURCES: Mapping[EligibilitySource, str] = {
    EligibilitySource.REGISTRY: "登録簿",
    EligibilitySource.TERMINAL: "資格確認端末",
    EligibilitySource.LAST_KNOWN: "資格確認端末（前回の確認）",
}

CONFIRM_REASONS: Mapping[str, str] = {
    "pin_forgotten": "暗証番号がわからない",
    "pin_blocked": "暗証番号がロックされている",
    "cannot_operate": "ご自身での操作がむずかしい",
    "card_without_pin": "暗証番号のないカード（顔認証カード）",
    "other": "そのほか",
}

LEVELS: Mapping[Level | None, str] = {
    Level.PRESENTED: "読み取りのみ",
    Level.CONFIRMED: "暗証番号",
    Level.STAFF_CONFIRMED: "目視",
    Level.OFFICIAL_READER: "顔認証",
    None: "－",
}
"""How the person was identified, short enough for a column."""

REVOCATIONS: Mapping[Revocation, str] = {
    Revocation.GOOD: "失効していません",
    Revocation.REVOKED: "失効しています",
    Revocation.NOT_CHECKED: "失効の確認はしていません",
}

SEEN: Mapping[Seen, str] = {
    Seen.MY_NUMBER_CARD: "マイナンバーカードの顔写真",
    Seen.DRIVERS_LICENCE: "運転免許証",
    Seen.PASSPORT: "パスポート",
    Seen.RESIDENCE_CARD: "在留カード",
    Seen.OTHER_PHOTO: "そのほかの顔写真つきの証明書",
    Seen.TWO_PAPERS: "顔写真のない書類を2点",
}

PURPOSES: Mapping[Purpose, str] = {
    Purpose.VISIT: "受診",
    Purpose.BENEFIT_CLAIM: "給付金の申請",
    Purpose.HEALTH_PROGRAM: "保健事業（健診など）",
}

NEEDS: Mapping[Need, str] = {
    Need.HIGH_COST: "高額療養費",
    Need.MEAL_REDUCTION: "入院時の食事",
    Need.SPECIFIC_DISEASE: "特定疾病",
    Need.PUBLIC_SUBSIDY: "医療費助成",
}

CARD_TODAY: Mapping[CardToday, str] = {
    CardToday.READ: "ここで読めた",
    CardToday.UNREADABLE: "読めない",
    CardToday.NOT_HERE: "今日は持っていない",
}

PAPER_HERE: Mapping[str, str] = {
    "null": "登録簿のとおり",
    "true": "いま手元にある",
    "false": "いま手元にない",
}
"""Whether staff see a paper, by the JSON that the page sends."""

EVENTS: Mapping[LifeEvent, str] = {
    LifeEvent.ENROLLED: "新たに資格を取得した",
    LifeEvent.RENAMED: "氏名が変わった",
    LifeEvent.REEMPLOYED: "継続再雇用（60歳以上）",
    LifeEvent.CERTIFICATE_EXPIRED: "電子証明書の有効期限が切れた",
    LifeEvent.REGISTRATION_CANCELLED: "利用登録を解除した",
    LifeEvent.CARD_RETURNED: "マイナンバーカードを返納した",
    LifeEvent.CARD_LOST: "マイナンバーカードを紛失した",
    LifeEvent.CONFIRMATION_LOST: "資格確認書（保険証）を紛失した",
    LifeEvent.CONSIDERATION_REQUESTED: "要配慮者の申請があった",
}

RELATIONSHIPS: Mapping[Relationship | None, str] = {
    Relationship.SELF: "本人",
    Relationship.FAMILY: "家族",
    None: "",
}

CURTAIN = "来訪者のご希望で、画面を隠しています（黒い画面）。故障ではありません。"
"""The panel is black, and staff who look at it would believe it broken."""


def aids_in_use(aids: Aids) -> tuple[str, ...]:
    """Return what the visitor has set in 「使いやすく」, but for the curtain, which has a sentence of its own."""
    letters = (LETTERS[aids.letters],) if aids.letters else ()
    spoken = (SPEECH,) if aids.spoken else ()
    on = {"contrast": aids.contrast, "unhurried": aids.unhurried, "lowered": aids.lowered}
    return letters + spoken + tuple(SWITCHES[name] for name, is_on in on.items() if is_on)
