"""Answer on the staff pages when nothing was done: a code, the field at fault, and a sentence for the person."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from kiosk.reception import DeskProblem
from kiosk.web.errors import Responses

__all__ = ["EntryProblem", "NotDone", "NotDoneBody", "install_refusals", "not_done"]


class EntryProblem(StrEnum):
    """What can be wrong with a staff member's entry, or with the caller."""

    LOGGED_OUT = "logged_out"
    LOCKED = "locked"
    WRONG_ROLE = "wrong_role"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (a code)
    WAIT = "wait"
    NO_ACCOUNTS = "no_accounts"
    ACCOUNTS_UNREADABLE = "accounts_unreadable"
    MY_NUMBER = "my_number"
    INSURER_NUMBER = "insurer_number"
    SYMBOL = "symbol"
    NUMBER = "number"
    BRANCH = "branch"
    KANA = "kana"
    BIRTH_DATE = "birth_date"
    BIRTH_DATE_WITH_ERA = "birth_date_with_era"
    REFERENCE = "reference"
    CONFIRMATION_DAYS = "confirmation_days"
    LEGACY_CARD_DAY = "legacy_card_day"
    NOBODY_CHOSEN = "nobody_chosen"
    PAPER_REFUSED = "paper_refused"
    NO_CONFIRMATION = "no_confirmation"
    NO_STATIONERY = "no_stationery"
    NOT_OUR_PAPER = "not_our_paper"
    PAPERS_BUSY = "papers_busy"
    NO_PAPER = "no_paper"
    VISITS_UNREADABLE = "visits_unreadable"
    WORK_CHANGED = "work_changed"


MESSAGES: dict[EntryProblem | DeskProblem, str] = {
    EntryProblem.LOGGED_OUT: "ログインしてください。",
    EntryProblem.LOCKED: "しばらく操作がなかったため、画面をロックしました。もう一度ログインしてください。",
    EntryProblem.WRONG_ROLE: "このアカウントの役割（{fields}）では、このページを使えません。",
    EntryProblem.WRONG_PASSWORD: "名前またはパスワードがちがいます。",
    EntryProblem.WAIT: "まちがいが続いたため、しばらくログインできません。時間をおいてお試しください。",
    EntryProblem.NO_ACCOUNTS: "係員がまだ登録されていません。管理者に kiosk staff add での登録を依頼してください。",
    EntryProblem.ACCOUNTS_UNREADABLE: "係員の登録を読み取れません。管理者に連絡してください（data_dir/staff.json）。",
    EntryProblem.MY_NUMBER: (
        "マイナンバー（個人番号）と思われる12けたの数字は、入力できません。入力された内容は残していません。"
    ),
    EntryProblem.INSURER_NUMBER: "保険者番号は、6けたか8けたの数字で入力してください。",
    EntryProblem.BRANCH: "枝番は、2けたの数字で入力してください。書かれていないときは、空けておいてください。",
    EntryProblem.REFERENCE: "診察券番号（照会番号）は、50文字以内で入力してください。",
    EntryProblem.BIRTH_DATE_WITH_ERA: (
        "生年月日は、「昭和55年5月6日」「S55.5.6」「19800506」のように、元号か西暦で入力してください。"
    ),
    EntryProblem.NOT_OUR_PAPER: (
        "登録簿にない方の通知書と資格確認書は、ここでは作れません。加入している保険者が交付します。"
    ),
    EntryProblem.SYMBOL: "記号は20文字以内で、証に書かれているとおりに入力してください。",
    EntryProblem.NUMBER: "番号（20文字以内、証に書かれているとおり）かフリガナを入力してください。",
    EntryProblem.KANA: "フリガナは、姓、または姓と名を、かなで入力してください。",
    EntryProblem.BIRTH_DATE: "生年月日は「昭和55年5月6日」「S55.5.6」「550506」「19800506」のように入力してください。",
    EntryProblem.CONFIRMATION_DAYS: (
        "資格確認書の交付年月日（発効期日があれば発効期日）と有効期限を、「令和8年4月1日」「R8.4.1」のように入力してください。"
    ),
    EntryProblem.LEGACY_CARD_DAY: "保険証の有効期限を「令和7年12月1日」「R7.12.1」のように入力してください。",
    EntryProblem.NOBODY_CHOSEN: "先に加入者を調べ、1人を選んでください。",
    EntryProblem.PAPER_REFUSED: (
        "登録簿の次の内容のため、この書類を作れません：{fields}。登録内容を組合に確認してください。"
    ),
    EntryProblem.NO_CONFIRMATION: "この方は資格確認書の交付の対象ではなく、有効な資格確認書もお持ちではありません。",
    EntryProblem.NO_STATIONERY: "書類を作る準備ができていません。管理者に連絡してください（保険者の情報、フォント）。",
    EntryProblem.PAPERS_BUSY: "書類の作成に時間がかかっています。しばらくしてから、もう一度お試しください。",
    EntryProblem.VISITS_UNREADABLE: "今日の来訪の一覧を読み取れません（S-13）。管理者に連絡してください。",
    EntryProblem.NO_PAPER: "開ける書類がありません。もう一度、書類を作ってください。",
    EntryProblem.WORK_CHANGED: (
        "別のタブなどで、表示する加入者や条件が変わったため、行いませんでした。いまの表示を確かめて、やり直してください。"
    ),
    DeskProblem.SCREEN_CHANGED: "来訪者の画面が変わったため、行いませんでした。画面を確かめて、やり直してください。",
    DeskProblem.VISIT_CHANGED: (
        "来訪者が替わったため、行いませんでした。表示しているのは、前の来訪のときに調べた方です。"
        "同じ方であれば「この方の手続きを続ける」を押してください。"
    ),
    DeskProblem.PHOTO_UNASKED: "5歳未満の方のカードです。カードに顔写真があるかを確かめ、答えを押してください。",
    DeskProblem.CARD_WITHOUT_PHOTO: (
        "顔写真のないカードでは、目視確認ができないため、行いませんでした。"
        "暗証番号を入力してもらうか、資格確認書などで加入者を調べてください。"
    ),
    DeskProblem.IN_THE_MIDST: "来訪者が操作している途中です。終えるときは、もう一度たしかめて押してください。",
    DeskProblem.BIND_BEFORE_CHECK: (
        "5歳未満の方です。カードをもう一度置いてもらい、登録を先にしてから、目視確認をしてください。"
    ),
    DeskProblem.NO_CARD_TO_BIND: "登録できるカードが、リーダーにありません。カードを置いてもらってください。",
    DeskProblem.BOUND_TO_ANOTHER: (
        "このカードは、別の加入者に登録されています。カードの持ち主を確かめ、まちがいであれば、先にその登録を取り消してください。"
    ),
    DeskProblem.BINDINGS_CHANGED: (
        "この加入者のカードの登録が、ほかの係員の操作で変わっていたため、行いませんでした。登録の履歴を確かめて、やり直してください。"
    ),
    DeskProblem.ANSWER_CHANGED: (
        "日付が変わったか、登録簿の内容が変わったため、表示しませんでした。新しい結果を確かめて、もう一度押してください。"
    ),
    DeskProblem.NOTHING_BOUND: "この加入者に登録されているカードはありません。",
    DeskProblem.MEMBER_GONE: "この加入者は、登録簿に見つからなくなりました。もう一度調べてください。",
    DeskProblem.EVENT_IMPOSSIBLE: "継続再雇用は、60歳以上の方だけが選べます。",
    DeskProblem.CONFIRMATION_ELSEWHERE: (
        "手元にないというだけでは、新しい資格確認書は交付されません。なくした方は「届け出」で紛失を選んでください。"
        "家などに置いてある方には、持ってきてもらってください。"
    ),
    DeskProblem.NO_FACTS: "登録簿の生年月日が今日より後です。登録内容を組合に確認してください。",
    DeskProblem.REGISTER_DOWN: "登録簿に接続できません（N-02）。しばらくしてから、もう一度お試しください。",
    DeskProblem.UNSURE: (
        "登録簿から返事がなく、記録されたかどうか確認できません。"
        "少し待ってから加入者を調べ直し、カードの登録の履歴を見てください。"
    ),
    DeskProblem.JOURNAL_DOWN: "操作を記録できないため、行いませんでした（S-02）。管理者に連絡してください。",
    DeskProblem.CLOCK_WRONG: "端末の日付と時刻が正しくないため、行いませんでした（S-05）。管理者に連絡してください。",
    DeskProblem.NOT_CONFIRMED_ONLINE: "{fields}。ほかの方法は、この画面の上の「確認できないとき」にあります。",
    DeskProblem.ALREADY_IN_REGISTER: "登録簿にある方のカードは、登録簿に登録してください。",
    DeskProblem.NOT_VALID_ONLINE: "いま有効な資格が確認できていないため、結びつけませんでした。",
    DeskProblem.REFERENCE_DIFFERS: (
        "この方には、資格確認端末に別の照会番号が登録されています。診察券番号を確かめてください。"
    ),
    DeskProblem.NOT_REGISTERED_ONLINE: (
        "照会番号を登録できなかったため、結びつけませんでした。{fields}。しばらくしてから、もう一度お試しください。"
    ),
    DeskProblem.TIES_UNUSABLE: (
        "結びつきを記録できないか、読み取れません。管理者に連絡してください（data_dir/terminal-patients）。"
    ),
    DeskProblem.NOTHING_TIED: "この方に結びついているカードはありません。",
    DeskProblem.NUMBER_TAKEN: (
        "取り込めませんでした。この記号・番号・枝番は、登録簿ではほかの方のものです。保険者に確かめてください。"
    ),
    DeskProblem.NOT_TAKEN_OVER: (
        "取り込めませんでした。登録簿の内容が変わったか、登録できない値です。もう一度確かめてください。"
    ),
    DeskProblem.NOT_IN_REGISTER: "登録簿にない方のカードは、登録できません。",
    DeskProblem.NOBODY_WAITS: (
        "来訪者の画面が、顔認証付きカードリーダーの結果を待っていません。"
        "来訪者の画面で「顔認証で確認」を押してから、もう一度「顔認証の結果」を開いてください。"
    ),
    DeskProblem.RESULTS_OLD: (
        "来訪者が替わったか、結果が使われたか、10分を過ぎたため、行いませんでした。もう一度「顔認証の結果」を開いてください。"
    ),
    DeskProblem.NO_SUCH_DRIVER: "そのカードリーダーはありません。",
    DeskProblem.NOT_KEPT: "設定を保存できませんでした。ディスクの空きを管理者に確認してもらってください。",
}
"""The sentence that staff read for every refusal."""

_STATUS = {
    EntryProblem.LOGGED_OUT: HTTPStatus.UNAUTHORIZED,
    EntryProblem.LOCKED: HTTPStatus.UNAUTHORIZED,
    EntryProblem.WRONG_ROLE: HTTPStatus.FORBIDDEN,
    EntryProblem.WRONG_PASSWORD: HTTPStatus.UNAUTHORIZED,
    EntryProblem.WAIT: HTTPStatus.TOO_MANY_REQUESTS,
    EntryProblem.MY_NUMBER: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.SYMBOL: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.NUMBER: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.KANA: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.BIRTH_DATE: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.REFERENCE: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.CONFIRMATION_DAYS: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.LEGACY_CARD_DAY: HTTPStatus.UNPROCESSABLE_ENTITY,
    EntryProblem.NO_STATIONERY: HTTPStatus.SERVICE_UNAVAILABLE,
    EntryProblem.PAPERS_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    EntryProblem.VISITS_UNREADABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    DeskProblem.REGISTER_DOWN: HTTPStatus.SERVICE_UNAVAILABLE,
    DeskProblem.UNSURE: HTTPStatus.GATEWAY_TIMEOUT,
    DeskProblem.JOURNAL_DOWN: HTTPStatus.SERVICE_UNAVAILABLE,
    DeskProblem.CLOCK_WRONG: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(problem: EntryProblem | DeskProblem) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUS.get(problem, HTTPStatus.CONFLICT).value


class NotDoneDetail(BaseModel):
    """The reason: a code of a closed list, and a Japanese sentence that repeats nothing of what was typed."""

    code: EntryProblem | DeskProblem
    message: str


class NotDoneBody(BaseModel):
    """The body of a refusal; it has the shape of every other error."""

    error: NotDoneDetail


class NotDone(HTTPException):
    """Ends a request: nothing was done, unless the problem is UNSURE.

    ``wait`` is the seconds until it may be tried again; ``fields`` are those at fault.
    """

    def __init__(self, problem: EntryProblem | DeskProblem, *, wait: float = 0.0, fields: str = "") -> None:
        headers = {"Retry-After": str(int(wait) + 1)} if wait else None
        super().__init__(status_of(problem), headers=headers)
        self.problem, self.fields = problem, fields

    @property
    def sentence(self) -> str:
        """What the person reads."""
        return MESSAGES[self.problem].format(fields=self.fields)


def not_done(problems: Iterable[EntryProblem | DeskProblem]) -> Responses:
    """Return the part of the OpenAPI document for these problems: the body's model, and each code."""
    found: dict[int, list[str]] = {}
    for problem in sorted(problems):
        found.setdefault(status_of(problem), []).append(f"`{problem}`")
    return {status: {"model": NotDoneBody, "description": ", ".join(says)} for status, says in found.items()}


def install_refusals(app: FastAPI) -> None:
    """Put every NotDone of ``app`` into its body."""
    app.add_exception_handler(NotDone, _on_not_done)


async def _on_not_done(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, NotDone):
        raise error
    body = NotDoneBody(error=NotDoneDetail(code=error.problem, message=error.sentence))
    return JSONResponse(body.model_dump(mode="json"), error.status_code, dict(error.headers or {}))
