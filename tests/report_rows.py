"""A year of supervision as rows: what the chapters of a yearly report count, here and far away."""

from datetime import UTC, date, datetime
from itertools import count

from portal.accounts.rules import Role
from portal.batches.models import Batch, BatchRecall, BatchTest
from portal.cases.models import Campaign, Case
from portal.catalogue.models import Indication
from portal.checks.models import Check, CheckPlan
from portal.credit.actions import ensure_shipped
from portal.credit.models import CreditGrade
from portal.credit.queries import criteria_versions
from portal.db import db
from portal.labels.models import LabelAccount, LabelRequest, LabelSet
from portal.land.models import Plot
from portal.lib.clock import today
from portal.producers.models import Producer
from portal.targets.models import Programme, ProgrammeRegion
from portal.tips.models import Tip, TipClock
from portal.transfers.models import Transfer
from tests.ledger_rows import a_gi, a_producer, an_account, licence

YEAR = today().year - 1
HERE, FAR = "640521", "150821"
_numbers = count(1)


def at(month: int, day: int = 15) -> datetime:
    return datetime(YEAR, month, day, 4, tzinfo=UTC)


class Ledgers:
    """Here: one plan with three checks, two cases, three tips, two transfers, five grades, one traced batch.
    Far away one of each, which only the report of the whole register may count."""

    def __init__(self) -> None:
        self.gi, self.far_gi = a_gi("hongguo", HERE), a_gi("baigua", FAR)
        self.zone = a_zone("zone-hongguo", self.gi, HERE)
        self.firms = [a_producer(f"红果公司{n}", adcode=HERE) for n in range(5)]
        self.far_firm = a_producer("白瓜公司", adcode=FAR)
        for one in self.firms:
            licence(self.gi, one)
        licence(self.far_gi, self.far_firm)
        self.plan = a_plan(self.gi, HERE, at(5))
        a_check(self.plan, self.firms[0], 1, found="passed", told=True)
        a_check(self.plan, self.firms[1], 2, found="ordered", final="passed")
        a_check(self.plan, self.firms[2], 3)
        a_check(a_plan(self.far_gi, FAR, at(6)), self.far_firm, 1, found="refused")
        self.campaign = Campaign(
            slug="iron", name_zh="铁拳", name_en="Iron fist", adcode=HERE, from_on=date(YEAR, 1, 1)
        )
        db.session.add(self.campaign)
        db.session.flush()
        a_case(HERE, self.gi, "check", outcomes=["fine", "confiscation"], fine=3_000_00, under=self.campaign)
        a_case(HERE, self.gi, "tip")
        a_case(FAR, self.far_gi, "own", outcomes=["warning"], fine=1)
        a_tip(HERE, self.gi, "complaint", "settled", done=5)
        a_tip(HERE, self.gi, "tip", "not_filed", done=25)
        a_tip(HERE, None, "tip", "checking")
        a_tip(FAR, self.far_gi, "tip", "filed", done=1)
        a_transfer("lead", "result", HERE, "150825")
        a_transfer("assistance", "refused", "150207", HERE)
        a_transfer("lead", "sent", FAR, "150207")
        ensure_shipped(date(YEAR, 1, 1), at(1))
        for firm, grade in zip([*self.firms, self.far_firm], "AAABDC", strict=True):
            a_grade(firm, grade)
        self.county, self.province = an_account(Role.COUNTY, HERE), an_account(Role.PROVINCE, "150000")
        trace(self.gi, self.firms[0], licence(self.gi, self.firms[0], protection=1))


def a_zone(key: str, gi: Indication, adcode: str) -> Programme:
    names = {"zh": "红果示范区", "en": "Hongguo zone"}
    stages = [{"stage": "planned", "date": "2020"}]
    facts = {"name": names, "gis": [gi.slug], "stages": stages}
    one = Programme(
        id=key, kind="zone", stage="planned", facts=facts, regions=[ProgrammeRegion(adcode=adcode)]
    )
    db.session.add(one)
    return one


def a_plan(gi: Indication, adcode: str, drawn_at: datetime) -> CheckPlan:
    one = CheckPlan(
        number=f"SJ{YEAR}-{next(_numbers):04d}", title=f"{gi.name_zh}抽查", adcode=adcode, basis="文件",
        indication_id=gi.id, wanted={}, officers_each=2, weights={}, seed_kind="commit",
        check_by=date(YEAR, 12, 1), state="drawn", created_at=drawn_at, drawn_at=drawn_at,
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    return one


def a_check(
    plan: CheckPlan, firm: Producer, place: int, found: str = "", final: str = "", told: bool = False
) -> None:
    db.session.add(
        Check(
            plan_id=plan.id, round=1, place=place, producer_id=firm.id, adcode=firm.adcode,
            subject_class="authorised", ticket=f"{place:064d}", state="closed" if found else "to_do",
            result=found or None, final=final or None, visited_on=date(YEAR, 7, 1) if found else None,
            published_at=at(8) if told else None,
        )
    )  # fmt: skip


def a_case(
    adcode: str,
    gi: Indication,
    origin: str,
    outcomes: list[str] | None = None,
    fine: int = 0,
    under: Campaign | None = None,
    state: str = "",
) -> None:
    decided = date(YEAR, 9, 1) if outcomes else None
    db.session.add(
        Case(
            number=f"AJ{YEAR}-{next(_numbers):04d}", origin=origin, adcode=adcode, title="冒用标志",
            state=state or ("published" if outcomes else "opened"), indication_id=gi.id, party="某店",
            facts="查到", bases=[], gates={}, opened_on=date(YEAR, 4, 1), decided_on=decided,
            published_on=decided, outcomes=outcomes or [], fine_fen=fine or None,
            campaign_id=under.id if under else None, opened_at=at(4), changed_at=at(9),
        )
    )  # fmt: skip


def a_tip(adcode: str, gi: Indication | None, kind: str, state: str, done: int | None = None) -> None:
    """`done`: on which day of the month a clock was met that ran out on the 10th."""
    one = Tip(
        number=f"T{next(_numbers):06d}", secret="x", kind=kind, matter="false_mark", state=state,
        adcode=adcode, place=adcode, facts="假的", indication_id=gi.id if gi else None, channel="web",
        received_at=at(3), changed_at=at(3),
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    if done:
        clock = TipClock(tip_id=one.id, clock="accept", from_on=date(YEAR, 3, 1), due_on=date(YEAR, 3, 10))
        clock.done_on = date(YEAR, 3, done)
        db.session.add(clock)


def a_transfer(kind: str, state: str, sender: str, receiver: str) -> None:
    key = f"YS{YEAR}-{next(_numbers)}"
    db.session.add(
        Transfer(
            key=key, number=key, kind=kind, state=state, from_adcode=sender, to_adcode=receiver,
            from_office="局", outgoing=True, title="线索", facts="在外地", evidence=[], sent_at=at(5),
            changed_at=at(5),
        )
    )  # fmt: skip


def a_grade(firm: Producer, grade: str) -> None:
    db.session.add(
        CreditGrade(
            producer_id=firm.id, criteria_id=criteria_versions()[0].id, adcode=firm.adcode, grade=grade,
            score=80, reasons=[], digest="0" * 64, computed_at=at(11),
        )
    )  # fmt: skip


def trace(gi: Indication, firm: Producer, held: object) -> None:
    """Ten mu, a thousand labels, two tonnes, one test each way, one recall."""
    ids = {"indication_id": gi.id, "producer_id": firm.id, "adcode": firm.adcode}
    plot = Plot(
        number="D1", name="东地", area_m2=6_667, lie="inside", basis="contract", state="verified",
        from_on=date(YEAR, 1, 1), created_at=at(1), **ids,
    )  # fmt: skip
    account = LabelAccount(year=YEAR, ceiling_g=10**7, **ids)
    asked = LabelRequest(
        number="BQ1", licence_id=held.id, year=YEAR, count=1_000, grams_each=500, goods="果", asked_at=at(8),
        **ids,
    )  # fmt: skip
    batch = Batch(code="PC1", goods="果", year=YEAR, stage="planting", made_on=date(YEAR, 8, 1), **ids)
    batch.grams, batch.created_at = 2_000_000, at(8)
    db.session.add_all([plot, account, asked, batch])
    db.session.flush()
    db.session.add(
        LabelSet(
            account_id=account.id, request_id=asked.id, licence_id=held.id, indication_id=gi.id,
            producer_id=firm.id, year=YEAR, count=1_000, grams_each=500, goods="果", issued_at=at(9),
            expires_on=date(YEAR + 1, 9, 1),
        )
    )  # fmt: skip
    for result in ("passed", "failed"):
        db.session.add(
            BatchTest(
                batch_id=batch.id, tested_on=date(YEAR, 8, 20), laboratory="站", subject="农残",
                result=result, public=True, name="a.pdf", media_type="application/pdf", size=1,
                digest="0" * 64, at=at(8),
            )
        )  # fmt: skip
    db.session.add(BatchRecall(code="PC1", reason="农残超标", batches=1, by_office="局", at=at(9)))
