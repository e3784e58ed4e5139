"""The four refusals. Anything else that goes wrong is a fault of ours and stays a 500."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from portal.lib.text import Text


class Problem(Exception):
    """A refusal with a reason in both languages, what is wrong field by field, and what to do next."""

    status = 400
    kind = "problem"
    title = Text("请求未被接受", "The request was not accepted")

    def __init__(self, message: Text, fields: dict[str, Text] | None = None, next_step: Text | None = None):
        super().__init__(message.en)
        self.message = message
        self.fields = fields or {}
        self.next_step = next_step

    def said(self) -> Text:
        """All of it in one line, for a message on the page on which it went wrong."""
        parts = [self.message, *self.fields.values(), *filter(None, [self.next_step])]
        return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


class RuleBroken(Problem):
    status = 400
    kind = "rule-broken"
    title = Text("这样做不符合规则", "That would break a rule")


class NotAllowed(Problem):
    status = 403
    kind = "not-allowed"
    title = Text("您没有办理此事的权限", "You may not do this")


class NotFound(Problem):
    status = 404
    kind = "not-found"
    title = Text("没有找到", "Not found")


class Outdated(Problem):
    status = 409
    kind = "outdated"
    title = Text("内容已被他人更新", "Someone changed this meanwhile")


DAY_AHEAD = Text("日期不能晚于今天", "Give a day that is not later than today")
SOMETHING_MISSING = Text("还有内容要填写", "Something is still to be filled in")


def all_at_once(*steps: Callable[[], object]) -> list:
    """What each step of reading a form gives; what any of them finds wrong is said together."""
    given, broken = [], []
    for step in steps:
        try:
            given.append(step())
        except RuleBroken as problem:
            if not problem.fields:
                raise
            broken.append(problem)
    if broken:
        faults = {name: text for problem in reversed(broken) for name, text in problem.fields.items()}
        raise RuleBroken(broken[0].message, faults, broken[0].next_step)
    return given


TO_BE_CHANGED = Text("还有内容要改", "Something has to be changed")


@contextmanager
def said_with(unread: Mapping[str, Text]) -> Iterator[None]:
    """What could not be read of a form is said with what the rules find in the rest of it. Inside
    `transaction()`: where anything was not read, nothing of what was done meanwhile stays."""
    try:
        yield
    except RuleBroken as problem:
        raise RuleBroken(problem.message, {**problem.fields, **unread}, problem.next_step) from None
    if unread:
        raise RuleBroken(TO_BE_CHANGED, dict(unread))


def refuse(faults: dict[str, Text]) -> None:
    """Of a form: all that is wrong in it at once, each beside its field; nothing where nothing is."""
    if faults:
        raise RuleBroken(SOMETHING_MISSING, faults)
