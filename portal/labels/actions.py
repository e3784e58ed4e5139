"""Everything that changes labels. Entries about a producer's labels are not public; sums are."""

import secrets
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.licence_actions import next_number
from portal.authorisation.models import Licence
from portal.authorisation.queries import acts_for
from portal.authorisation.rules import LicenceState
from portal.catalogue.models import Indication
from portal.db import db, ensure_current
from portal.labels import words  # noqa: F401 - gives the entries written here their words
from portal.labels.codes import MOST_IN_A_SET
from portal.labels.lookup import find_numbering
from portal.labels.models import (
    LabelAccount,
    LabelKey,
    LabelRequest,
    LabelSet,
)
from portal.labels.models import LabelPart as Part
from portal.labels.queries import find_account
from portal.labels.rules import (
    KEEPERS,
    REASON_LONGEST,
    REASON_SHORTEST,
    PartState,
    RequestState,
    expiry_of,
    full_gtin,
    grams_for,
    gtin_fault,
    labels_left,
    request_faults,
    year_is_open,
)
from portal.labels.sums import balances_of, label_sums, open_from_before, producers_with_labels
from portal.land.queries import ceiling_of
from portal.land.rules import may_be_shown
from portal.lib.problems import TO_BE_CHANGED, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import PORTAL, Actor, record
from portal.register.rules import stated

NOT_YOURS = Text("您不能办理这些标签", "These labels are not yours to deal with")


def ensure_reason(reason: str, field: str = "reason") -> str:
    text = reason.strip()
    if not REASON_SHORTEST <= len(text) <= REASON_LONGEST:
        fault = Text("请用 {least} 到 {most} 个字说明", "Give the reason in {least} to {most} characters")
        fault = fault.format(least=REASON_SHORTEST, most=REASON_LONGEST)
        raise RuleBroken(Text("还要写明原因", "A reason is needed"), {field: fault})
    return text


# ---- asking


def ask_for_labels(
    account: Account,
    licence: Licence,
    year: int,
    count: int | None,
    grams_each: int | None,
    goods: str,
    gtin: str,
    today: date,
    now: datetime,
) -> LabelRequest:
    """A request for label numbers, or a refusal that says how many the land still allows."""
    if not acts_for(account, licence.producer_id, today):
        raise NotAllowed(NOT_YOURS)
    faults = request_faults(count, grams_each)
    if not year_is_open(year, today):
        faults["year"] = Text("这一年的标签现在不能申领", "Labels of that year cannot be asked for now")
    if gtin and (fault := gtin_fault(gtin) or _others_gtin(gtin, licence)):
        faults["gtin"] = fault
    if len(goods.strip()) > 120:
        faults["goods"] = Text("最多 120 个字", "At most 120 characters")
    if faults:
        raise RuleBroken(TO_BE_CHANGED, faults)
    _ensure_may_be_issued(licence, year, count, grams_each, today)
    request = LabelRequest(
        number=f"B{year}-{next_number(f'labels-{year}'):06d}",
        indication_id=licence.indication_id,
        producer_id=licence.producer_id,
        licence_id=licence.id,
        licence=licence,
        year=year,
        adcode=licence.adcode,
        count=count,
        grams_each=grams_each,
        goods=goods.strip() or licence.goods[:120],
        gtin=gtin or None,
        state=RequestState.ASKED.value,
        asked_at=now,
        asked_by=account.id,
        demo=licence.demo,
    )
    db.session.add(request)
    db.session.flush()
    record(account.as_actor(), "asked", request.subject, _request_said(request), public=False)
    return request


def _others_gtin(gtin: str, licence: Licence) -> Text | None:
    """A GTIN stands for goods of one firm; labels of two producers under one would vouch for each other."""
    whole = full_gtin(gtin)
    forms = [whole[zeros:] for zeros in (0, 1, 2, 6) if not whole[:zeros].strip("0")]
    other = select(LabelRequest.id).where(
        LabelRequest.gtin.in_(forms),
        LabelRequest.producer_id != licence.producer_id,
        LabelRequest.state.in_([RequestState.ASKED.value, RequestState.GRANTED.value]),
    )
    if db.session.scalar(other.limit(1)) is None:
        return None
    return Text(
        "另一家生产者已用这个商品条码申领过标签，请核对",
        "Another producer has asked for labels under this GTIN; check it",
    )


def _request_said(request: LabelRequest) -> dict[str, object]:
    said = {"count": request.count, "grams_each": request.grams_each, "year": request.year}
    return stated(said)


def _ensure_may_be_issued(licence: Licence, year: int, count: int, grams_each: int, today: date) -> None:
    if licence.state_on(today) is not LicenceState.IN_FORCE:
        raise RuleBroken(
            Text("授权现在不是有效状态，不能发放标签", "The licence is not in force: no labels are issued"),
            next_step=Text("先办妥授权", "Settle the licence first"),
        )
    open_ones = open_from_before(licence.producer_id, licence.indication_id, year)
    if open_ones:
        raise RuleBroken(
            Text(
                "往年还有 {n} 枚标签没有交代清楚，结清之前不能再发",
                "{n} [n:label|labels] of earlier years not accounted for; "
                "none are issued before that is settled",
            ).format(n=f"{open_ones:,}"),
            next_step=Text(
                "逐段报明：已用、退回、销毁或遗失，由县里确认",
                "State for each piece: used, given back, destroyed or lost; the county confirms",
            ),
        )
    ceiling = ceiling_of(licence.indication_id, licence.producer_id, year)
    account = find_account(licence.indication_id, licence.producer_id, year)
    left = labels_left(ceiling, account.labelled_g if account else 0, grams_each)
    if left is None:
        raise RuleBroken(
            Text(
                "没有已核实的地块，或县里还没有定出这一年的单产，算不出可用的数量",
                "No verified plot, or the yield of that year is not set: what the land allows cannot be told",
            ),
            next_step=Text("先登记地块并请县里核实", "Enter your plots and have the county verify them"),
        )
    if count > left:
        raise RuleBroken(
            Text(
                "按地块和单产，这个规格还可以申领 {left} 枚，申请的是 {count} 枚",
                "By land and yield {left} [left:label|labels] of this size [left:is|are] left; "
                "{count} asked for",
            ).format(left=f"{left:,}", count=f"{count:,}"),
            {
                "count": Text("最多 {left} 枚", "At most {left}").format(left=f"{left:,}"),
            },
        )


def withdraw_request(
    account: Account, request: LabelRequest, version_seen: int, today: date, now: datetime
) -> None:
    ensure_current(request, version_seen)
    if not acts_for(account, request.producer_id, today):
        raise NotAllowed(NOT_YOURS)
    _decide(account, request, RequestState.WITHDRAWN, None, now)


def refuse_request(
    account: Account, request: LabelRequest, reason: str, version_seen: int, now: datetime
) -> None:
    ensure_current(request, version_seen)
    ensure_keeper(account, request.adcode)
    _decide(account, request, RequestState.REFUSED, ensure_reason(reason), now)


def ensure_keeper(account: Account, adcode: str) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, adcode):
        raise NotAllowed(
            Text("标签由产地的县、市、省级官员管理", "Labels are kept by officials of the place of origin")
        )


def _decide(
    account: Account, request: LabelRequest, state: RequestState, reason: str | None, now: datetime
) -> None:
    if request.stands is not RequestState.ASKED:
        raise RuleBroken(Text("这份申领已经办完", "This request was already decided"))
    request.state, request.reason = state.value, reason
    request.decided_at, request.decided_by = now, account.id
    changes: dict[str, object] = {"state": {"from": RequestState.ASKED.value, "to": state.value}}
    if reason:
        changes["reason"] = {"from": None, "to": reason}
    record(account.as_actor(), state.value, request.subject, changes, public=False)


# ---- issuing


def grant_request(
    account: Account, request: LabelRequest, version_seen: int, today: date, now: datetime
) -> list[LabelSet]:
    """Issue the numbers. What the land allows is looked at again, and the database has the last word."""
    ensure_current(request, version_seen)
    ensure_keeper(account, request.adcode)
    if request.stands is not RequestState.ASKED:
        raise RuleBroken(Text("这份申领已经办完", "This request was already decided"))
    _ensure_may_be_issued(request.licence, request.year, request.count, request.grams_each, today)
    sets = issue(account.as_actor(), request, today, now, account.id)
    _decide(account, request, RequestState.GRANTED, None, now)
    return sets


def issue(actor: Actor, request: LabelRequest, today: date, now: datetime, by: int | None) -> list[LabelSet]:
    ensure_label_key()
    ledger = _open_account(request)
    grams = grams_for(request.count, request.grams_each)
    _take(ledger, grams)
    sets = []
    for start in range(0, request.count, MOST_IN_A_SET):
        size = min(MOST_IN_A_SET, request.count - start)
        sets.append(_new_set(request, ledger, size, now, by))
    for one in sets:
        said = stated({"count": one.count, "grams_each": one.grams_each})
        record(actor, "issued", one.subject, said, public=False)
    tell_sums(request.indication_id, request.year)
    return sets


def tell_sums(indication_id: int, year: int) -> None:
    """What the public may know of it: the sums over all producers, so that their pages are fresh. Neither
    the producer nor who acted is named; of one or two producers there are no sums (decision 018)."""
    db.session.flush()
    slug = db.session.scalar(select(Indication.slug).where(Indication.id == indication_id))
    said = {}
    if may_be_shown(producers_with_labels(indication_id, year)):
        balance = label_sums(indication_id, year).balance
        counts = ("issued", "used", "returned", "destroyed", "lost")
        said = stated({name: getattr(balance, name) for name in counts})
    record(PORTAL, "summed", f"labels:{slug}/{year}", said)


def ensure_label_key() -> None:
    """Made once; two workers that make it at the same moment agree on the first."""
    if find_numbering() is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(insert(LabelKey).values(id=1, secret=secrets.token_hex(32)))
    except IntegrityError:
        pass


def _open_account(request: LabelRequest) -> LabelAccount:
    """The account of the year with the ceiling as the land gives it today; never below what was labelled."""
    ledger = find_account(request.indication_id, request.producer_id, request.year)
    if ledger is None:
        ledger = _new_account(request)
    if ledger.closed_on is not None:
        raise RuleBroken(Text("这一年的标签账已经结清", "The account of that year is closed"))
    most = ceiling_of(request.indication_id, request.producer_id, request.year) or 0
    ceiling = func.max if db.engine.dialect.name == "sqlite" else func.greatest
    db.session.execute(
        update(LabelAccount)
        .where(LabelAccount.id == ledger.id)
        .values(ceiling_g=ceiling(LabelAccount.labelled_g, most))
        .execution_options(synchronize_session=False)
    )
    return ledger


def _new_account(request: LabelRequest) -> LabelAccount:
    """Two that open the account at the same moment get the same one."""
    try:
        with db.session.begin_nested():
            ledger = LabelAccount(
                indication_id=request.indication_id,
                producer_id=request.producer_id,
                year=request.year,
                adcode=request.adcode,
                ceiling_g=0,
                labelled_g=0,
                demo=request.demo,
            )
            db.session.add(ledger)
            db.session.flush()
            return ledger
    except IntegrityError:
        return find_account(request.indication_id, request.producer_id, request.year)


def _take(ledger: LabelAccount, grams: int) -> None:
    """One conditional statement: of two at the same moment the second sees what the first has taken."""
    done = db.session.execute(
        update(LabelAccount)
        .where(LabelAccount.id == ledger.id, LabelAccount.labelled_g + grams <= LabelAccount.ceiling_g)
        .values(labelled_g=LabelAccount.labelled_g + grams, version=LabelAccount.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(ledger)
    if done.rowcount != 1:
        raise RuleBroken(
            Text(
                "剩余数量不够，可能刚刚被别的申领用掉",
                "Not enough is left; another may have taken it",
            )
        )


def _new_set(
    request: LabelRequest, ledger: LabelAccount, size: int, now: datetime, by: int | None
) -> LabelSet:
    one = LabelSet(
        account_id=ledger.id,
        request_id=request.id,
        licence_id=request.licence_id,
        indication_id=request.indication_id,
        producer_id=request.producer_id,
        year=request.year,
        count=size,
        grams_each=request.grams_each,
        goods=request.goods,
        gtin=request.gtin,
        issued_at=now,
        expires_on=expiry_of(request.year),
        demo=request.demo,
    )
    db.session.add(one)
    db.session.flush()
    db.session.add(
        Part(
            set_id=one.id,
            first=1,
            last=size,
            holder_id=request.producer_id,
            state=PartState.HELD.value,
            since=now,
            by_account=by,
        )
    )
    return one


# ---- closing the season


def close_account(
    account: Account, ledger: LabelAccount, version_seen: int, today: date, now: datetime
) -> None:
    """Only an account in which every label is accounted for, and every return confirmed, can be closed."""
    ensure_current(ledger, version_seen)
    ensure_keeper(account, ledger.adcode)
    if ledger.closed_on is not None:
        raise RuleBroken(Text("这本账已经结清", "This account is closed already"))
    balance = balances_of([ledger.id])[ledger.id]
    if not balance.is_even:
        raise RuleBroken(
            Text(
                "还有 {open} 枚没有交代、{waiting} 枚退回或销毁没有确认，不能结清",
                "{open} [open:label is|labels are] not accounted for and {waiting} given back or "
                "destroyed not confirmed: this cannot be closed yet",
            ).format(open=f"{balance.open:,}", waiting=f"{balance.unconfirmed:,}")
        )
    ledger.closed_on, ledger.closed_by = today, account.id
    subject = f"label_account:{ledger.id}"
    counts = ("issued", "used", "returned", "destroyed", "lost")
    said = stated({name: getattr(balance, name) for name in counts})
    record(account.as_actor(), "closed", subject, said, public=False)
