"""Cases, evidence, steps, campaigns. What is published is a text of its own, without personal data."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authorisation.models import Licence
from portal.cases.rules import Origin, Outcome, State
from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
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


class Case(Versioned, db.Model):
    """`party` is who the case is about, as found; `published` is what the public may read of the decision."""

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
    legal_basis: Mapped[str | None] = mapped_column(Text)
    basis_version: Mapped[str | None] = mapped_column(String(120))
    gates: Mapped[dict] = mapped_column(Json)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    opened_on: Mapped[date]
    decide_by: Mapped[date]
    extended_on: Mapped[date | None]
    extended_why: Mapped[str | None] = mapped_column(Text)
    decision_number: Mapped[str | None] = mapped_column(String(120))
    decided_on: Mapped[date | None]
    outcomes: Mapped[list] = mapped_column(Json)
    fine_fen: Mapped[int | None] = mapped_column(BigInteger)
    light: Mapped[bool | None]
    publish_by: Mapped[date | None]
    publish_estimated: Mapped[bool] = mapped_column(default=False)
    published: Mapped[str | None] = mapped_column(Text)
    published_on: Mapped[date | None]
    shown_until: Mapped[date | None]
    removed_on: Mapped[date | None]
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

    @property
    def subject(self) -> str:
        return f"case:{self.number}"

    @property
    def stands(self) -> State:
        return State(self.state)

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
