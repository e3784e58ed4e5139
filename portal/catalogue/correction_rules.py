"""What a request for correction may say, who answers it, and what a sender is told."""

from collections.abc import Iterable

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said
from portal.lib.text import Text
from portal.regions.rules import NATION, line_of

MESSAGE_SHORTEST, MESSAGE_LONGEST = 10, 2000
EVIDENCE_LONGEST, CONTACT_LONGEST, ANSWER_LONGEST = 1000, 200, 2000
# Nobody reads the form and writes a sentence faster than this; a program does.
QUICKEST_SECONDS = 3
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 10


class CorrectionState(Said):
    RECEIVED = "received", Text("已收到，等待答复", "received, awaiting an answer"), "waiting"
    ACCEPTED = "accepted", Text("已采纳", "accepted"), "positive"
    DECLINED = "declined", Text("未采纳", "not accepted"), "ended"


PARTS = {
    "name": Text("名称", "name"),
    "protections": Text("保护、编号、日期或权利人", "a protection, number, date or holder"),
    "status": Text("状态", "state"),
    "area": Text("产地范围", "the producing area"),
    "quality": Text("品质或标准", "quality or standards"),
    "figures": Text("数据", "figures"),
    "brands": Text("品牌或荣誉", "brands or honours"),
    "owner": Text("所有人或商标", "owner or trade marks"),
    "members": Text("成员", "members"),
    "rules": Text("使用规则", "rules of use"),
    "definition": Text("口径或性质", "definition or nature"),
    "stages": Text("阶段或日期", "stages or dates"),
    "places": Text("地点", "place"),
    "contact": Text("联系方式", "contact"),
    "parties": Text("各方或事项", "parties or matters"),
    "words": Text("文字", "wording"),
    "title": Text("题名", "title"),
    "issuer": Text("机关、文号或日期", "issuer, number or date"),
    "address": Text("网址", "web address"),
    "sources": Text("出处", "a source"),
    "other": Text("其他", "something else"),
}

ANSWERING = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
SEEING_ALL = frozenset({Role.PROVINCE})


def may_answer(role: Role | None, scope: str | None, region: str) -> bool:
    return role in ANSWERING and may_see(role, scope, region)


def may_see(role: Role | None, scope: str | None, region: str) -> bool:
    """What belongs to no region, such as a document, is answered by the officials of any province."""
    return scope_covers(scope, region) or (region == NATION and role in SEEING_ALL)


def division_of(adcodes: Iterable[str]) -> str:
    """Whose officials answer: the smallest division that holds them all, else the first one's province.

    What lies in no division belongs to the nation.
    """
    lines = [line_of(adcode[:6]) for adcode in adcodes]
    if not lines:
        return NATION
    shared = [code for code in lines[0] if all(code in line for line in lines)]
    return shared[-1] if shared else lines[0][0]


def receipt_text(receipt: str) -> str:
    """In two groups, so that it can be read out and copied by hand."""
    return f"{receipt[:5]}-{receipt[5:]}"


def receipt_typed(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter in RECEIPT_ALPHABET)
