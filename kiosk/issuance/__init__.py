"""Documents that the union owes its members (資格情報通知書, 資格確認書): who is owed one, and the queue to issue them.

`plan_lines` asks the decision for each member; `plan_parts` does so for a whole register, on several cores. `read_plan`
and `write_plan` keep the lines of a plan in a file. `Queue` keeps what is asked for until it is issued, and writes that
back to the register. `PostBatches` keeps which orders were made into papers together.
"""

from kiosk.issuance.batch_refusals import BatchEnded, NoSuchBatch, PapersSpoilt, PapersWithheld
from kiosk.issuance.enqueuing import Enqueued, PlanMoved
from kiosk.issuance.finishing import DayRefused
from kiosk.issuance.order import Order, OrderRefused, OrderState, sentence
from kiosk.issuance.plan import PlanLine, line_for, plan_lines
from kiosk.issuance.plan_file import PlanRefused, read_plan, write_plan
from kiosk.issuance.post_batches import BatchDone, OrderChoice, Pile, PostBatch, PostBatches, Taken
from kiosk.issuance.queue import Queue
from kiosk.issuance.register_plan import PlanPart, plan_parts
from kiosk.issuance.waiting import OrderList, OrderSort, Waited, WaitingOrder, WaitingPage

__all__ = [
    "BatchEnded",
    "NoSuchBatch",
    "PapersSpoilt",
    "PapersWithheld",
    "BatchDone",
    "DayRefused",
    "OrderChoice",
    "Enqueued",
    "Order",
    "OrderList",
    "OrderRefused",
    "OrderSort",
    "OrderState",
    "Pile",
    "PlanLine",
    "PlanMoved",
    "PlanPart",
    "PlanRefused",
    "PostBatch",
    "PostBatches",
    "Queue",
    "Taken",
    "Waited",
    "WaitingOrder",
    "WaitingPage",
    "line_for",
    "plan_lines",
    "plan_parts",
    "read_plan",
    "sentence",
    "write_plan",
]
