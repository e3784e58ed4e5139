"""Reading requests for correction: by the receipt its sender holds, or by the region of an official."""

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from portal.accounts.models import Account
from portal.catalogue.correction_rules import SEEING_ALL, CorrectionState, may_see, receipt_typed
from portal.catalogue.models import Correction
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.rules import NATION, scope_prefix

UNKNOWN_RECEIPT = Text("没有这个回执号", "There is no such receipt")
CHECK_RECEIPT = Text(
    "请核对回执号；回执号只在提交后显示一次", "Check the receipt; it was shown when you sent the request"
)


def get_by_receipt(receipt: str) -> Correction:
    found = db.session.scalar(select(Correction).where(Correction.receipt == receipt_typed(receipt)))
    if found is None:
        raise NotFound(UNKNOWN_RECEIPT, next_step=CHECK_RECEIPT)
    return found


def get_for(official: Account, number: int) -> Correction:
    """A request an official may see; one of another region does not exist for them."""
    found = db.session.get(Correction, number)
    if found is None or not may_see(official.role, official.region, found.region):
        raise NotFound(Text("没有这条更正请求", "There is no such request"))
    return found


def corrections_in(official: Account, state: str = "") -> Select[tuple[Correction]]:
    """Those waiting first, the longest waiting on top; then those answered, newest first."""
    query = select(Correction).where(_in_scope(official))
    if state:
        query = query.where(Correction.state == state)
    waiting = Correction.state == CorrectionState.RECEIVED
    return query.order_by(waiting.desc(), Correction.answered_at.desc(), Correction.id)


def count_waiting(official: Account) -> int:
    query = select(func.count(Correction.id)).where(
        _in_scope(official), Correction.state == CorrectionState.RECEIVED
    )
    return db.session.scalar(query) or 0


def _in_scope(official: Account) -> ColumnElement[bool]:
    """The same as `may_see`, in SQL."""
    if not official.region:
        return false()
    own = Correction.region.startswith(scope_prefix(official.region))
    return or_(own, Correction.region == NATION) if official.role in SEEING_ALL else own
