"""What an official types about a case, read into what the actions take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from werkzeug.datastructures import MultiDict

from portal.accounts.models import Account
from portal.authorisation.models import Licence
from portal.authorisation.queries import licences_for
from portal.cases.actions import Basis, Opening, Party
from portal.cases.deciding_actions import Decision, Recorded
from portal.cases.dividing_actions import Part
from portal.cases.models import Campaign, Case
from portal.cases.queries import campaigns
from portal.cases.rules import Outcome
from portal.catalogue.queries import find_indication
from portal.db import db
from portal.lib.quantity import YUAN, read_number
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.producers.models import Producer
from portal.producers.queries import find_producer_by_code

NO_LICENCE = Text("本地区没有这个授权编号", "No such licence in your region")
NOT_MONEY = Text("金额写作 1000、1000.50 或 1.2万（元）", "Write the sum like 1000, 1000.50 or 1.2万 (yuan)")


def opening_of(viewer: Account, form: MultiDict[str, str], day: date) -> Opening:
    """The firm and the licence are found by their numbers; a code of a firm not registered stays a code."""
    uscc = form.get("party_uscc", "").strip()
    firm = _firm(uscc)
    number = form.get("licence", "").strip().upper()
    licence = find_licence(viewer, number, day) if number else None
    gi = find_indication(form.get("gi", "").strip()) if form.get("gi", "").strip() else None
    campaign = campaign_typed(form.get("campaign", ""))
    return Opening(
        title=form.get("title", ""),
        party=form.get("party", ""),
        facts=form.get("facts", ""),
        party_uscc=uscc,
        party_is_person=form.get("party_is_person") == "y",
        party_province=_province(form.get("party_province", "")),
        indication_id=licence.indication_id if licence else gi.id if gi else None,
        producer_id=firm.id if firm else licence.producer_id if licence else None,
        licence_id=licence.id if licence else None,
        campaign_id=campaign.id if campaign else None,
        others=others_typed(form),
        unread={"licence": NO_LICENCE} if number and licence is None else {},
    )


def _firm(uscc: str) -> Producer | None:
    reading = read_uscc(uscc) if uscc else None
    return find_producer_by_code(reading.code) if reading and reading.valid else None


def others_typed(form: MultiDict[str, str]) -> list[Party]:
    """The further parties, line by line; a line without a name is left out."""
    lines = zip_longest(*(form.getlist(f"other_{name}") for name in ("name", "uscc", "kind")), fillvalue="")
    found = []
    for name, uscc, kind in lines:
        if not name.strip():
            continue
        firm = _firm(uscc.strip())
        found.append(Party(name, uscc, kind == "person", firm.id if firm else None))
    return found


def bases_typed(form: MultiDict[str, str]) -> list[Basis]:
    lines = zip_longest(form.getlist("legal_basis"), form.getlist("basis_version"), fillvalue="")
    return [Basis(law, version) for law, version in lines if law.strip() or version.strip()]


def find_licence(viewer: Account, number: str, day: date) -> Licence | None:
    return db.session.scalar(licences_for(viewer, day).where(Licence.number == number))


def campaign_typed(slug: str) -> Campaign | None:
    return next((one for one in campaigns() if one.slug == slug), None)


def _province(code: str) -> str:
    return code if code.isdecimal() and len(code) == 6 and code.endswith("0000") else ""


def recorded_of(form: Mapping[str, str]) -> Recorded:
    typed = form.get("fine", "").strip()
    fen = _fen(typed) if typed else None
    return Recorded(form.get("number", ""), fen, {"fine": NOT_MONEY} if typed and fen is None else {})


def decision_of(form: Mapping[str, str], outcomes: list[str], until: date | None) -> Decision:
    chosen = frozenset(Outcome(one) for one in outcomes if one in set(Outcome))
    read = recorded_of(form)
    return Decision(read.number, chosen, read.fine_fen, form.get("words", ""), until, read.unread)


def parts_of(form: MultiDict[str, str], case: Case) -> list[Part]:
    """The shared decision, party by party; the first is the party of the case."""
    parts = []
    for n in range(1, len(case.together) + 2):
        typed = form.get(f"fine-{n}", "").strip()
        fen = _fen(typed) if typed else None
        unread = {"fine": NOT_MONEY} if typed and fen is None else {}
        chosen = frozenset(Outcome(one) for one in form.getlist(f"outcomes-{n}") if one in set(Outcome))
        parts.append(Part(chosen, fen, form.get(f"published-{n}", "").replace("\x00", ""), unread))
    return parts


def typed_fine(case: Case) -> str:
    """The sum as it is typed: whole yuan without a point."""
    if case.fine_fen is None:
        return ""
    yuan, fen = divmod(case.fine_fen, 100)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def _fen(typed: str) -> int | None:
    yuan, _ = read_number(typed, YUAN)
    return int(yuan * 100) if yuan is not None and yuan * 100 % 1 == 0 else None


@dataclass(frozen=True)
class Typed:
    """What the fields of a case show: what stands in the file, or what was typed and refused."""

    title: str = ""
    party: str = ""
    facts: str = ""
    party_uscc: str = ""
    party_is_person: bool = False
    party_province: str = ""
    gi: str = ""
    licence: str = ""
    campaign: str = ""
    others: Sequence[Party] = ()
    bases: Sequence[Basis] = ()


def _with_room(typed: Typed) -> Typed:
    """Empty lines to write into, so that it works without a script."""
    others = [*typed.others, Party(""), Party("")]
    return replace(typed, others=others, bases=[*typed.bases, Basis("", ""), Basis("", "")])


def typed_of(case: Case) -> Typed:
    return _with_room(
        Typed(
            title=case.title,
            party=case.party,
            facts=case.facts,
            party_uscc=case.party_uscc or "",
            party_is_person=case.party_is_person,
            party_province=case.party_province or "",
            gi=case.indication.slug if case.indication else "",
            licence=case.licence.number if case.licence else "",
            campaign=case.campaign.slug if case.campaign else "",
            others=[Party(one.name, one.uscc or "", one.is_person) for one in case.together],
            bases=[Basis(one["law"], one["version"]) for one in case.bases],
        )
    )


def typed_in(form: Mapping[str, str] | MultiDict[str, str]) -> Typed:
    names = ("title", "party", "facts", "party_uscc", "party_province", "gi", "licence", "campaign")
    many = form if isinstance(form, MultiDict) else MultiDict(form)
    return _with_room(
        Typed(
            **{name: many.get(name, "") for name in names},
            party_is_person=many.get("party_is_person") == "y",
            others=others_typed(many),
            bases=bases_typed(many),
        )
    )
