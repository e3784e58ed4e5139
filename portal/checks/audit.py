"""The sealed lists of a draw for an auditor, who compares them with the digest that stood before it."""

import io
import zipfile

from config import ROOT
from portal.accounts.models import Account
from portal.accounts.rules import Role, scope_covers
from portal.checks.draw import canonical
from portal.checks.models import CheckPlan
from portal.checks.rules import PlanState
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import changed

PROGRAM = ROOT / "docs" / "draw_check.py"
# A fixed day, so that the same proof is the same file.
DAY = (2026, 1, 1, 0, 0, 0)
HOW = """双随机抽查 {number} 的封存名单，只供审计 / Sealed lists of the draw {number}, for the audit only

python draw_check.py proof.json sealed-lists.json

名单含姓名、信用等级和未抽中的对象，不得外传。程序核对：名单的摘要是抽取前公布的那一个；每支签都由名单而来；
每户的签数与等级相符。sealed-lists.json 的 SHA-256 就是“封存名单摘要”。
Names, grades and those not drawn: not to be passed on. The program checks that the digest is the one
published before the draw, that every ticket comes from the lists, and that each subject has as many as its
grade gives.
The SHA-256 of sealed-lists.json is the digest of the sealed lists.
"""


def may_audit(account: Account, plan: CheckPlan) -> bool:
    """Only once it is drawn: before, whoever has the lists and one half of the seed would know too much."""
    entitled = account.role is Role.AUDITOR and scope_covers(account.region, plan.adcode)
    return entitled and plan.stands is PlanState.DRAWN


def hand_over_lists(account: Account, plan: CheckPlan, proof: str) -> bytes:
    """Everything to check the lists with; that somebody took them is an entry."""
    if account.role is not Role.AUDITOR:
        raise NotAllowed(Text("封存名单只给审计员", "The sealed lists are for auditors only"))
    if not may_audit(account, plan):
        raise RuleBroken(
            Text("抽取之后才能取出名单", "The lists can be taken once it is drawn"),
            next_step=plan.stands.text,
        )
    changes = changed({}, {"round": plan.round, "lists_digest": plan.sealed_digest})
    record(account.as_actor(), "lists_taken", plan.subject, changes, public=False)
    return pack_of(
        {
            "proof.json": proof,
            "sealed-lists.json": canonical(plan.sealed).decode(),
            "draw_check.py": PROGRAM.read_text("utf-8"),
            "README.txt": HOW.format(number=plan.number),
        }
    )


def pack_of(files: dict[str, str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(zipfile.ZipInfo(name, DAY), content)
    return kept.getvalue()
