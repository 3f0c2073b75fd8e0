"""Who is owed a document (資格情報通知書, 資格確認書).

`plan` asks the decision for every member; `read_plan` and `write_plan` keep its lines in a file.
"""

from kiosk.issuance.plan import PlanLine, line_for, plan
from kiosk.issuance.plan_file import PlanRefused, read_plan, write_plan

__all__ = ["PlanLine", "PlanRefused", "line_for", "plan", "read_plan", "write_plan"]
