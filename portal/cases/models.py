"""Cases, their parties, clocks, evidence, steps; campaigns. What is published is a text of its own, without
personal data."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authorisation.models import Licence
from portal.cases.clocks import Clock
from portal.cases.laws import law_text, version_text
from portal.cases.rules import (
    OVERTURNED_UNSEEN,
    TO_BE_CLOSED,
    Origin,
    Outcome,
    State,
    is_published,
    time_is_over,
)
from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.lib.text import Text as Words
from portal.office.clocks import Clocked, RunningClock
from portal.producers.models import Producer


class Campaign(db.Model):
    """铁拳, 昆仑 and the like: a tag with a time, by which figures are counted."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    adcode: Mapped[str] = mapped_column(String(9))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}


class Case(Clocked, Versioned, db.Model):
    """`party` is who the case is about first, as found; `published` is what the public may read of the
    decision, `typical` what it teaches, in words that name nobody."""

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_adcode_state", "adcode", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    origin: Mapped[str] = mapped_column(String(10))
    origin_ref: Mapped[str | None] = mapped_column(String(60), index=True)
    adcode: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"), index=True)
    party: Mapped[str] = mapped_column(String(200))
    party_uscc: Mapped[str | None] = mapped_column(String(18))
    party_is_person: Mapped[bool] = mapped_column(default=False)
    party_province: Mapped[str | None] = mapped_column(String(6))
    facts: Mapped[str] = mapped_column(Text)
    bases: Mapped[list] = mapped_column(Json)
    gates: Mapped[dict] = mapped_column(Json)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    opened_on: Mapped[date]
    decision_number: Mapped[str | None] = mapped_column(String(120))
    decided_on: Mapped[date | None]
    outcomes: Mapped[list] = mapped_column(Json)
    fine_fen: Mapped[int | None] = mapped_column(BigInteger)
    restricted_until: Mapped[date | None]
    light: Mapped[bool | None]
    pushed_on: Mapped[date | None]
    pushed_to: Mapped[str | None] = mapped_column(String(200))
    published: Mapped[str | None] = mapped_column(Text)
    published_on: Mapped[date | None]
    shown_until: Mapped[date | None]
    removed_on: Mapped[date | None]
    removed_why: Mapped[str | None] = mapped_column(Text)
    overturned_on: Mapped[date | None]
    overturned_by: Mapped[str | None] = mapped_column(String(200))
    overturned_why: Mapped[str | None] = mapped_column(Text)
    police: Mapped[dict | None] = mapped_column(Json)
    typical_title: Mapped[str | None] = mapped_column(String(200))
    typical: Mapped[str | None] = mapped_column(Text)
    typical_on: Mapped[date | None]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication | None] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer | None] = relationship(lazy="raise_on_sql")
    licence: Mapped[Licence | None] = relationship(lazy="raise_on_sql")
    campaign: Mapped[Campaign | None] = relationship(lazy="raise_on_sql")
    others: Mapped[list["CaseParty"]] = relationship(
        order_by="CaseParty.n", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    clocks: Mapped[list["CaseClock"]] = relationship(order_by="CaseClock.id", lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"case:{self.number}"

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def laws(self) -> list[tuple[Words, Words]]:
        """The legal bases with their versions; as they were written where they are not known in English."""
        return [(law_text(one["law"]), version_text(one["version"])) for one in self.bases]

    @property
    def is_kept_from_public(self) -> bool:
        """Decided, and only a warning or no penalty at all: it is closed and never published."""
        return self.stands is State.DECIDED and not is_published(self.decided)

    def is_over_on(self, day: date) -> bool:
        """Its legal time is over, though the night has not taken it down yet."""
        if self.stands is not State.PUBLISHED or self.shown_until is None:
            return False
        return time_is_over(self.shown_until, day)

    def stands_on(self, day: date) -> State:
        """What the law says of it on that day, whether or not the night's work ran."""
        return State.REMOVED if self.is_over_on(day) else self.stands

    def standing_on(self, day: date) -> Words:
        if self.is_kept_from_public:
            return TO_BE_CLOSED
        if self.stands is State.OVERTURNED and self.published_on is None:
            return OVERTURNED_UNSEEN
        return self.stands_on(day).text

    @property
    def came_from(self) -> Origin:
        return Origin(self.origin)

    @property
    def decided(self) -> frozenset[Outcome]:
        return frozenset(Outcome(one) for one in self.outcomes)

    @property
    def elsewhere(self) -> bool:
        """Whether the party belongs to another province, which has clocks of its own."""
        return bool(self.party_province) and self.party_province[:2] != self.adcode[:2]

    @property
    def party_names(self) -> list[str]:
        return [self.party, *(one.name for one in self.others)]

    @property
    def together(self) -> list["CaseParty"]:
        """Further parties about whom this very case decides."""
        return [one for one in self.others if one.decided_in is None]

    @property
    def apart(self) -> list["CaseParty"]:
        """Further parties with a case of their own."""
        return [one for one in self.others if one.decided_in is not None]

    @property
    def producer_ids(self) -> set[int]:
        """The producers about whom this case decides."""
        return {self.producer_id, *(one.producer_id for one in self.together)} - {None}

    @property
    def persons(self) -> list[str]:
        first = [self.party] if self.party_is_person else []
        return first + [one.name for one in self.others if one.is_person]


class CaseParty(db.Model):
    """One more party of a case, beside the first. `decided_in` is the number of the case in which its own
    decision is made; where there is none, what is decided here is decided of it too."""

    __tablename__ = "case_party"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    n: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    is_person: Mapped[bool] = mapped_column(default=False)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    decided_in: Mapped[str | None] = mapped_column(String(20), index=True)


class CaseClock(RunningClock, db.Model):
    """`reason` is why it was extended, or what was said to be wrong or asked for when it began."""

    __tablename__ = "case_clock"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    clock: Mapped[str] = mapped_column(String(16))
    extended_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @property
    def what(self) -> Clock:
        return Clock(self.clock)


class CaseEvidence(db.Model):
    """A document or a described thing, with its digest and when it was taken in. Never removed."""

    __tablename__ = "case_evidence"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    n: Mapped[int]
    what: Mapped[str] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    taken_on: Mapped[date]
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class CaseStep(db.Model):
    __tablename__ = "case_step"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    n: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
