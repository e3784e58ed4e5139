"""One balance for each GI and year: land, ceiling, declared output, labels issued, activated, scanned.

Sums only. What is declared comes from a room above (`provide_declared`); what is not known stays unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import db
from portal.labels.models import LabelAccount
from portal.labels.sums import LabelSums, label_sums, producers_with_labels
from portal.land.rules import may_be_shown
from portal.scans.queries import ScanSums, scan_sums


@dataclass(frozen=True)
class Declared:
    """What producers returned for a year: of how many, and the grams of all who stated a quantity."""

    producers: int
    grams: int | None


_declared: list[Callable[[int, int], Declared]] = []


def provide_declared(ask: Callable[[int, int], Declared]) -> None:
    """Called once by the room that keeps returns: `ask(indication_id, year)`."""
    _declared[:] = [ask]


@dataclass(frozen=True)
class SupplyBalance:
    year: int
    labels: LabelSums
    scans: ScanSums
    declared: Declared
    label_producers: int

    @property
    def may_be_shown(self) -> bool:
        """Whether the public may read it; officials always may."""
        known = [n for n in (self.labels.producers, self.label_producers, self.declared.producers) if n]
        return all(may_be_shown(n) for n in known)

    @property
    def empty(self) -> bool:
        return not (self.labels.producers or self.label_producers or self.declared.producers)

    @property
    def issued(self) -> int:
        return self.labels.balance.issued

    @property
    def used(self) -> int:
        return self.labels.balance.used

    @property
    def under_ceiling_g(self) -> int | None:
        """What the land could still carry; below nothing there are more labels than land."""
        return None if self.labels.ceiling_g is None else self.labels.ceiling_g - self.labels.issued_g

    @property
    def under_declared_g(self) -> int | None:
        """Declared output less what labels in use speak for; below nothing, more was labelled than made."""
        return None if self.declared.grams is None else self.declared.grams - self.labels.used_g

    @property
    def declared_over_ceiling_g(self) -> int | None:
        if self.declared.grams is None or self.labels.ceiling_g is None:
            return None
        return self.declared.grams - self.labels.ceiling_g

    @property
    def not_in_use(self) -> int:
        return self.issued - self.used

    @property
    def not_scanned(self) -> int:
        return self.used - self.scans.labels

    @property
    def faults(self) -> list[str]:
        """What a regulator should look at."""
        found = []
        if self.under_ceiling_g is not None and self.under_ceiling_g < 0:
            found.append("over_ceiling")
        if self.under_declared_g is not None and self.under_declared_g < 0:
            found.append("over_declared")
        if self.declared_over_ceiling_g is not None and self.declared_over_ceiling_g > 0:
            found.append("declared_over_ceiling")
        return found


def balance_of(indication_id: int, year: int) -> SupplyBalance:
    declared = _declared[0](indication_id, year) if _declared else Declared(0, None)
    return SupplyBalance(
        year,
        label_sums(indication_id, year),
        scan_sums(indication_id, year),
        declared,
        producers_with_labels(indication_id, year),
    )


def indications_with_labels(scope_prefix: str) -> list[int]:
    """The GIs of which labels were asked for in a region."""
    query = select(LabelAccount.indication_id).where(LabelAccount.adcode.startswith(scope_prefix))
    return list(db.session.scalars(query.distinct()))
