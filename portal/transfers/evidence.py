"""Evidence of a transfer: a list with digests, and the documents themselves where the sender lets them go.
They are kept under their digest as every document is, so that both sides of one portal share one copy."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.papers.files import ENDINGS, Paper, keep, path_of, read_paper
from portal.transfers.bundles import ONCE_MORE
from portal.transfers.rules import MOST_ATTACHED_BYTES

TOO_MUCH = Text(
    "随送的原件合计超过 {n} MB，请少选几份，其余的另行移交",
    "The documents together exceed {n} MB; choose fewer and hand the others over apart",
)
NOT_WHOLE = Text(
    "移送包里的原件与目录的摘要不符，或者缺了",
    "A document of the bundle is missing or not the one of the list",
)
NOT_HERE = Text("这份原件不在本门户", "This document is not on this portal")


def chosen(rows: Iterable[Mapping[str, object]], digests: Iterable[str]) -> list[dict[str, object]]:
    """The list, with a mark on each document that goes along."""
    wanted = frozenset(digests)
    marked = [dict(one) | {"sent": bool(one.get("size")) and one["digest"] in wanted} for one in rows]
    if sum(one["size"] for one in marked if one["sent"]) > MOST_ATTACHED_BYTES:
        fault = TOO_MUCH.format(n=MOST_ATTACHED_BYTES // 2**20)
        raise RuleBroken(fault, {"attach": fault})
    return marked


def documents_of(rows: Sequence[Mapping[str, object]], folder: Path) -> dict[str, str]:
    """What travels beside the signed list: by digest, in base 64."""
    digests = {str(one["digest"]) for one in rows if one.get("sent")}
    return {digest: b64encode(path_of(folder, digest).read_bytes()).decode() for digest in sorted(digests)}


def take_documents(
    rows: Sequence[Mapping[str, object]], attached: Mapping[str, bytes], folder: Path
) -> list[dict[str, object]]:
    """Every document that the signed list announces, none besides, each judged by its content; the list with
    what each was found to be."""
    if {one["digest"] for one in rows if one.get("sent")} != set(attached):
        raise RuleBroken(NOT_WHOLE, next_step=ONCE_MORE)
    papers = {digest: read_paper("evidence", content) for digest, content in attached.items()}
    for paper in papers.values():
        keep(folder, paper)
    found = {digest: {"media_type": one.media_type, "size": one.size} for digest, one in papers.items()}
    return [dict(one) | (found.get(one["digest"], {}) if one.get("sent") else {}) for one in rows]


def document_of(rows: Sequence[Mapping[str, object]], n: int, folder: Path) -> tuple[Path, str, str]:
    """The bytes of one row, their kind, and a name that names nobody."""
    row = rows[n - 1] if 1 <= n <= len(rows) else None
    if row is None or not row.get("sent") or not path_of(folder, str(row["digest"])).exists():
        raise NotFound(NOT_HERE)
    media_type = str(row["media_type"])
    return path_of(folder, str(row["digest"])), media_type, f"evidence-{n}{ENDINGS[media_type]}"


def paper_in(row: Mapping[str, object], n: int, folder: Path) -> Paper | None:
    """The document of a row as one that may be filed in a case; none where only the list came."""
    try:
        path, _, name = document_of([row], 1, folder)
    except NotFound:
        return None
    return read_paper(name.replace("evidence-1", f"evidence-{n}"), path.read_bytes())
