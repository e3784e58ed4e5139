"""What a scanned code says a tip is about: a label, a batch, a licence or a unified social credit code."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.authorisation.queries import find_licence
from portal.batches.queries import find_batch
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.lookup import find_label
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.producers.models import Producer
from portal.verification.rules import Sort, read_question

LONGEST = 60


@dataclass(frozen=True)
class Scanned:
    """`name` is what the public may read of the producer; None where it is not public."""

    code: str
    what: Text
    indication: Indication | None = None
    producer: Producer | None = None

    @property
    def name(self) -> str | None:
        return self.producer.name if self.producer and self.producer.name_public else None


def read_scanned(code: str) -> Scanned | None:
    """None where no code was given; a code that leads nowhere is kept as it was read: that may be the tip."""
    code = code.strip()[:LONGEST]
    if not code or not code.isprintable():
        return None
    found = _label(code) or _batch(code) or _licence(code) or _firm(code)
    return found or Scanned(code, Text("登记簿中没有这个编号", "the register does not have this code"))


def _label(code: str) -> Scanned | None:
    label = find_label(code)
    if label is None:
        return None
    return _of(code, Text("标签", "label"), label.set.indication_id, label.set.producer_id)


def _batch(code: str) -> Scanned | None:
    batch = find_batch(code)
    return _of(code, Text("批次", "batch"), batch.indication_id, batch.producer_id) if batch else None


def _licence(code: str) -> Scanned | None:
    typed = read_question(code)
    licence = find_licence(typed.value) if typed.sort is Sort.LICENCE else None
    return Scanned(code, Text("授权", "licence"), licence.indication, licence.producer) if licence else None


def _firm(code: str) -> Scanned | None:
    reading = read_uscc(code)
    firm = db.session.scalar(select(Producer).where(Producer.uscc == reading.code)) if reading.valid else None
    return Scanned(code, Text("统一社会信用代码", "credit code"), None, firm) if firm else None


def _of(code: str, what: Text, indication_id: int, producer_id: int) -> Scanned:
    return Scanned(
        code, what, db.session.get(Indication, indication_id), db.session.get(Producer, producer_id)
    )
