"""Reads the register facts shipped with the portal; refuses, by file and key, what does not hold together."""

from pathlib import Path

from gi_data.fact_checks import check_facts
from gi_data.fact_reading import FactError, Shaper, load_yaml
from gi_data.fact_types import Brand, Document, Gi, Vocabulary
from gi_data.plan_types import (
    Agreements,
    Conflict,
    Facts,
    NotFound,
    PlanIndicators,
    Programme,
)

__all__ = ["REGISTER_FOLDER", "FactError", "Facts", "read_facts"]

REGISTER_FOLDER = Path(__file__).parent / "register"


def read_facts(folder: Path | str = REGISTER_FOLDER) -> Facts:
    """Every file of the folder, checked one by one and against each other."""
    folder = Path(folder)
    vocabulary = Shaper("vocabulary.yaml").build(Vocabulary, load_yaml(folder, "vocabulary.yaml"))
    documents = _by_id(folder, "documents.yaml", Document)
    shaper = Shaper("agreements.yaml", documents)
    together = shaper.build(Agreements, load_yaml(folder, "agreements.yaml"))
    facts = Facts(
        vocabulary=vocabulary,
        documents=documents,
        gis=_by_slug(folder, "gis", Gi, documents),
        brands=_by_slug(folder, "brands", Brand, documents),
        plans=_by_slug(folder, "indicators", PlanIndicators, documents),
        conflicts=_by_id(folder, "conflicts.yaml", Conflict, documents),
        programmes=_by_id(folder, "programmes.yaml", Programme, documents),
        agreements=_keyed(shaper, together.agreements),
        outsiders=together.outsiders,
        not_found=_by_id(folder, "not_found.yaml", NotFound, documents),
    )
    check_facts(facts)
    return facts


def _by_id(folder: Path, file: str, shape: type, documents: dict[str, Document] | None = None) -> dict:
    """The items of a list by their id; an id given twice is refused."""
    shaper = Shaper(file, documents)
    return _keyed(shaper, shaper.build_list(shape, load_yaml(folder, file)))


def _keyed(shaper: Shaper, items: tuple) -> dict:
    found = {}
    for number, one in enumerate(items):
        if one.id in found:
            shaper.refuse(f"[{number}].id", f"“{one.id}”出现两次", f"{one.id!r} stands twice")
        found[one.id] = one
    return found


def _by_slug(folder: Path, name: str, shape: type, documents: dict[str, Document]) -> dict:
    """One shape per file; the file name is the slug."""
    found = {}
    for path in sorted((folder / name).glob("*.yaml")):
        file = f"{name}/{path.name}"
        given = {} if shape is PlanIndicators else {"slug": path.stem}
        found[path.stem] = Shaper(file, documents).build(shape, load_yaml(folder, file), **given)
    return found
