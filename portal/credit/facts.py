"""The facts of rooms below: returns filed, licences suspended or revoked, statutory listings."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import select

from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import LicenceState
from portal.catalogue.models import Indication
from portal.credit.criteria import add_criterion, add_facts
from portal.credit.models import StatutoryListing
from portal.credit.rules import Fact
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.producers.models import RosterEntry
from portal.returns.models import AnnualReturn
from portal.returns.rules import State, year_due_on

YEARS_BACK = 3


def of_returns(producer_ids: Sequence[int], day: date) -> Iterator[Fact]:
    """Each finished year for which a producer stood on a roster: filed in time, late, or not at all. A year
    is judged only when its day is over, and only from the first for which the portal has returns."""
    lines = db.session.execute(
        select(
            RosterEntry.producer_id,
            RosterEntry.indication_id,
            RosterEntry.from_on,
            RosterEntry.ended_on,
            Indication.slug,
            Indication.name_zh,
            Indication.name_en,
        )
        .join(RosterEntry.indication)
        .where(RosterEntry.producer_id.in_(producer_ids))
    ).all()
    filed = _filed(producer_ids)
    begun = _years_with_returns({line.indication_id for line in lines})
    for line in lines:
        for year in range(day.year - YEARS_BACK, day.year):
            due = year_due_on(year)
            stood = line.from_on <= date(year, 1, 1) and (
                line.ended_on is None or line.ended_on > date(year, 12, 31)
            )
            if not stood or day <= due or begun.get(line.indication_id, day.year) > year:
                continue
            fact = _judged(line, year, due, filed.get((line.producer_id, line.indication_id, year)))
            if fact is not None:
                yield fact


def _filed(producer_ids: Sequence[int]) -> dict[tuple[int, int, int], tuple[date, bool]]:
    """The first day a return was there, and whether its producer sent it: an office that types in old
    papers makes nobody late."""
    query = select(
        AnnualReturn.producer_id,
        AnnualReturn.indication_id,
        AnnualReturn.year,
        AnnualReturn.submitted_at,
        AnnualReturn.filed_as,
    ).where(
        AnnualReturn.producer_id.in_(producer_ids),
        AnnualReturn.submitted_at.is_not(None),
        AnnualReturn.state.in_((State.ACCEPTED, State.REPLACED, State.SUBMITTED)),
    )
    found: dict[tuple[int, int, int], tuple[date, bool]] = {}
    for producer_id, indication_id, year, at, filed_as in db.session.execute(query):
        key = (producer_id, indication_id, year)
        found[key] = min(found.get(key, (date.max, True)), (day_of(at), filed_as == "producer"))
    return found


def _years_with_returns(indication_ids: set[int]) -> dict[int, int]:
    """The first year for which anybody's return of a GI was taken: before it nobody could file here."""
    query = select(AnnualReturn.indication_id, AnnualReturn.year).where(
        AnnualReturn.indication_id.in_(indication_ids), AnnualReturn.state != State.DRAFT
    )
    found: dict[int, int] = {}
    for indication_id, year in db.session.execute(query.distinct()):
        found[indication_id] = min(found.get(indication_id, year), year)
    return found


def _judged(line: object, year: int, due: date, filed: tuple[date, bool] | None) -> Fact | None:
    gi = Text(line.name_zh, line.name_en)
    ref = f"return:{line.slug}/{year}"
    if filed is None:
        words = Text("{gi} {year} 年产值没有申报（{due}前）", "No return of {gi} for {year} (due {due})")
        said = words.format(gi=gi, year=year, due=due)
        return Fact(line.producer_id, "return_missing", ref, due, said)
    on, by_producer = filed
    if on > due and not by_producer:
        return None
    key = "return_on_time" if on <= due else "return_late"
    words = Text("{gi} {year} 年产值于{on}申报", "Return of {gi} for {year} filed on {on}")
    # In time or late, it is dated by the day it was due, so that nobody gains by filing twice.
    return Fact(line.producer_id, key, ref, due, words.format(gi=gi, year=year, on=on))


def ref_of_spell(licence_number: str, spell_id: int) -> str:
    return f"licence:{licence_number}/{spell_id}"


def of_licences(producer_ids: Sequence[int], _day: date) -> Iterator[Fact]:
    keys = {LicenceState.SUSPENDED.value: "licence_suspended", LicenceState.REVOKED.value: "licence_revoked"}
    query = (
        select(
            Licence.producer_id,
            Licence.number,
            LicenceSpell.id,
            LicenceSpell.state,
            LicenceSpell.from_on,
            LicenceSpell.decision,
        )
        .join(LicenceSpell, LicenceSpell.licence_id == Licence.id)
        .where(Licence.producer_id.in_(producer_ids), LicenceSpell.state.in_(keys))
    )
    for one in db.session.execute(query):
        words = Text("授权 {number} 被暂停", "Licence {number} suspended")
        if one.state == LicenceState.REVOKED:
            words = Text("授权 {number} 被撤销", "Licence {number} revoked")
        decision = Text("，{d}", ", {d}").format(d=one.decision) if one.decision else Text("", "")
        said = words.format(number=one.number)
        yield Fact(
            one.producer_id,
            keys[one.state],
            ref_of_spell(one.number, one.id),
            one.from_on,
            Text(said.zh + decision.zh, said.en + decision.en),
            f"/licences/{one.number}",
        )


# A listing that stands has not begun to expire.
STILL_LISTED = date(9000, 1, 1)


def of_listings(producer_ids: Sequence[int], _day: date) -> Iterable[Fact]:
    query = select(StatutoryListing).where(StatutoryListing.producer_id.in_(producer_ids))
    for one in db.session.scalars(query):
        words = Text("列入{list}，{decision}", "On the {list}, {decision}")
        yield Fact(
            one.producer_id,
            "statutory_list",
            f"listing:{one.id}",
            one.from_on,
            words.format(list=one.kept.name, decision=one.decision),
            ended_on=one.ended_on or STILL_LISTED,
        )


for _order, (_key, _text) in enumerate(
    (
        ("return_on_time", Text("按期申报年度产值", "Return filed in time")),
        ("return_late", Text("逾期申报年度产值", "Return filed late")),
        ("return_missing", Text("未申报年度产值", "No return filed")),
        ("check_passed", Text("抽查未发现问题", "Checked, no problem found")),
        ("check_on_the_spot", Text("抽查发现问题，当场改正", "Checked, put right on the spot")),
        ("check_ordered", Text("抽查发现问题，责令限期改正", "Checked, to be put right by a day")),
        ("correction_in_time", Text("按期改正并复查合格", "Put right in time and re-checked")),
        ("correction_late", Text("逾期未改正或复查不合格", "Not put right in time")),
        ("check_not_found", Text("通过登记的住所无法联系", "Not to be found at its address")),
        ("check_refused", Text("不配合检查", "Did not cooperate with a check")),
        ("licence_suspended", Text("用标授权被暂停", "Licence suspended")),
        ("licence_revoked", Text("用标授权被撤销", "Licence revoked")),
        ("case_penalty", Text("受到行政处罚", "Administrative penalty")),
        ("case_serious", Text("受到较重行政处罚", "Grave administrative penalty")),
        ("statutory_list", Text("在法定名单上", "On a statutory list")),
    )
):
    add_criterion(_key, _text, _order * 10)
add_facts("returns", of_returns)
add_facts("licences", of_licences)
add_facts("listings", of_listings)
