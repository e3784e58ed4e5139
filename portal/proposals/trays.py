"""What the catalogue puts on an official's desk."""

from sqlalchemy import func, select

from portal.accounts.models import Account, Notice
from portal.accounts.queries import notices_of
from portal.catalogue.correction_queries import corrections_in, count_waiting
from portal.catalogue.correction_rules import CorrectionState
from portal.catalogue.queries import indications_in_scope
from portal.catalogue.record_rules import gaps
from portal.db import db
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.proposals.models import Proposal
from portal.proposals.queries import name_of, own_proposals, proposals_to_decide
from portal.proposals.rules import KEEPERS, Act, State
from portal.register.words import say_subjects

SHOWN = 5


def _count(query: object) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _proposal_item(proposal: Proposal) -> Item:
    act = Act(proposal.step).text
    text = Text("{act}：{name}", "{act}: {name}").format(act=act, name=name_of(proposal))
    detail = Text(proposal.reason[:80], proposal.reason[:80]) if proposal.reason else None
    return Item(text, f"/office/catalogue/proposals/{proposal.id}", detail)


def to_decide(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    query = proposals_to_decide(account)
    items = [_proposal_item(one) for one in db.session.scalars(query.limit(SHOWN))]
    return Tray(
        Text("待您复核的变更", "Changes waiting for your confirmation"),
        _count(query),
        items,
        "/office/catalogue/proposals",
        why=Text(
            "别人提出的变更，要您作为第二人确认或不同意。",
            "Somebody proposed them; you, as the second person, confirm or decline.",
        ),
    )


def own_drafts(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    query = own_proposals(account, [State.DRAFT])
    drafts = [one for one in db.session.scalars(query) if one.payload["changes"]]
    items = [_proposal_item(one) for one in drafts[:SHOWN]]
    return Tray(
        Text("您没有提出的草稿", "Your drafts not yet proposed"),
        len(drafts),
        items,
        "/office/catalogue/proposals?view=drafts",
        why=Text("存着的修改，还没有请人复核。", "Edits you keep that nobody was asked to confirm yet."),
    )


def corrections(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    query = corrections_in(account, CorrectionState.RECEIVED)
    waiting = db.session.scalars(query.limit(SHOWN)).all()
    names = say_subjects(one.subject for one in waiting)
    items = [
        Item(names[one.subject], f"/office/corrections/{one.id}", Text(one.message[:80], one.message[:80]))
        for one in waiting
    ]
    return Tray(
        Text("待答复的更正请求", "Corrections waiting for an answer"),
        count_waiting(account),
        items,
        "/office/corrections",
    )


def incomplete(account: Account) -> Tray | None:
    if account.role not in KEEPERS or not account.region:
        return None
    missing = [(one, gaps(one.facts)) for one in indications_in_scope(account.region) if not one.withdrawn_on]
    missing = sorted((pair for pair in missing if pair[1]), key=lambda pair: -len(pair[1]))
    items = [
        Item(
            Text(one.name_zh, one.name_en),
            f"/office/catalogue/{one.slug}",
            Text(
                "缺：" + "、".join(gap.text.zh for gap in found[:4]),
                "missing: " + ", ".join(gap.text.en for gap in found[:4]),
            ),
        )
        for one, found in missing[:SHOWN]
    ]
    return Tray(
        Text("还不完整的记录", "Records with something missing"),
        len(missing),
        items,
        "/office/catalogue?show=incomplete",
        quiet=True,
    )


def waiting_elsewhere(account: Account) -> Tray | None:
    query = own_proposals(account, [State.PROPOSED])
    items = [_proposal_item(one) for one in db.session.scalars(query.limit(SHOWN))]
    return Tray(
        Text("您提出、等别人复核的变更", "Changes you proposed, waiting for a second person"),
        _count(query),
        items,
        "/office/catalogue/proposals?view=mine",
        quiet=True,
    )


def notices(account: Account) -> Tray | None:
    query = notices_of(account).where(Notice.read_at.is_(None))
    items = [
        Item(one.text, one.address or "/account/notices") for one in db.session.scalars(query.limit(SHOWN))
    ]
    return Tray(Text("未读通知", "Unread notices"), _count(query), items, "/account/notices", quiet=True)


add_tray("proposals", 10, to_decide)
add_tray("corrections", 20, corrections)
add_tray("drafts", 80, own_drafts)
add_tray("waiting", 85, waiting_elsewhere)
add_tray("incomplete", 90, incomplete)
add_tray("notices", 95, notices)
