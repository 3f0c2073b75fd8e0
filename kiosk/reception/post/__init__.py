"""The post in a browser: plan, queue, papers, printing, and what was issued; long work goes on in threads."""

from kiosk.reception.post.desk import PostDesk
from kiosk.reception.post.jobs import JobKind, JobStage, Planned, PostJob, Sent
from kiosk.reception.post.prints import Prints
from kiosk.reception.post.problems import PostProblem, PostRefused

__all__ = [
    "JobKind",
    "JobStage",
    "Planned",
    "PostDesk",
    "PostJob",
    "PostProblem",
    "PostRefused",
    "Prints",
    "Sent",
]
