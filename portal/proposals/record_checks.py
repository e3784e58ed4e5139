"""Whether a GI record would still be a valid one: the shapes of the shipped files judge it."""

from collections.abc import Iterable, Mapping

from gi_data.fact_checks import check_gi
from gi_data.fact_reading import FactError, Shaper
from gi_data.fact_types import Document, Gi
from portal.catalogue.queries import documents_by_id
from portal.catalogue.vocabulary import vocabulary
from portal.lib.problems import RuleBroken

Facts = Mapping[str, object]
LISTS = ("aliases", "protections", "open_questions")


def check_record(slug: str, facts: Facts, new_documents: Mapping[str, Facts]) -> None:
    """Raise RuleBroken, with the place of the fault as field (`figures[2].value`), or say nothing."""
    documents = _documents(facts, new_documents)
    whole = {**{name: [] for name in LISTS}, **facts}
    whole.pop("slug", None)
    if whole.get("area"):
        whole["area"] = {"units": [], **whole["area"]}
    try:
        gi = Shaper(slug, documents).build(Gi, whole, slug=slug)
        check_gi(slug, gi, vocabulary())
    except FactError as fault:
        message = fault.message
        raise RuleBroken(message, {fault.key: message}) from None


def check_document(number: str, facts: Facts) -> Document:
    try:
        return Shaper(number).build(Document, {**facts, "id": number})
    except FactError as fault:
        message = fault.message
        raise RuleBroken(message, {f"documents.{fault.key}": message}) from None


def _documents(facts: Facts, new: Mapping[str, Facts]) -> dict[str, Document]:
    wanted = {citation.partition("/")[0] for citation in cited(facts)}
    found = {number: check_document(number, row.facts) for number, row in documents_by_id(wanted).items()}
    return found | {number: check_document(number, one) for number, one in new.items() if number in wanted}


def cited(value: object) -> Iterable[str]:
    """Every citation in some facts, however deep, in the order of the facts, each once."""
    return dict.fromkeys(_cited(value))


def _cited(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name == "sources" or name.endswith("_sources"):
                # A field of its own, in a change, has two sides.
                for side in one.values() if isinstance(one, Mapping) else [one]:
                    yield from side or ()
            else:
                yield from _cited(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _cited(one)
