"""What the pages of checks share: the visitor, numbers and days typed, the version a page was shown with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flask import request

from portal.authorisation.files import Paper, read_paper
from portal.checks.present import Station
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.pages import say_day

NOT_A_DAY = Text("日期应写作 2026-11-20", "Write the day like 2026-11-20")


def version_seen() -> int:
    typed = request.form.get("version", "")
    if not (typed.isascii() and typed.isdecimal()):
        raise RuleBroken(Text("页面已过期，请重新打开", "The page is out of date; open it again"))
    return int(typed[:9])


def number_typed(name: str, faults: dict[str, Text]) -> int:
    typed = request.form.get(name, "").strip()
    if typed.isascii() and typed.isdecimal() and len(typed) <= 6:
        return int(typed)
    faults[name] = Text("应为整数", "Must be a whole number")
    return 0


def day_typed(name: str, faults: dict[str, Text]) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        faults[name] = NOT_A_DAY
        return None


def worded(line: Iterable[Station]) -> list[Station]:
    """The stations of a draw with their days in the reader’s words."""
    return [replace(one, on=say_day(one.on)) if one.on else one for one in line]


def papers_sent(name: str) -> list[Paper]:
    """The documents that came with this request, each judged by its content."""
    sent = [file for file in request.files.getlist(name) if file.filename]
    return [read_paper(file.filename, file.stream.read()) for file in sent]
