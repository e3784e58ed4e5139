"""An uploaded outline in somebody's draft: first kept as it was read, then stated with its sources."""

from collections.abc import Mapping
from datetime import date, datetime

from portal.accounts.models import Account
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.proposals.actions import draft_fields, start_draft
from portal.proposals.area_upload import Upload
from portal.proposals.kinds import Documents
from portal.proposals.models import Proposal


def keep_upload(account: Account, slug: str, upload: Upload, now: datetime) -> None:
    """Lay what was read into the draft, so that a slip elsewhere in the form does not cost the file.
    An outline stated before is no longer part of the changes: the file behind it is another now."""
    draft = start_draft(account, f"gi:{slug}", now)
    if draft.payload.get("outline"):
        drop_upload(draft, now)
    draft.outline_wkb = upload.wkb
    draft.payload = {
        **draft.payload,
        "outline": {
            "picture": upload.picture,
            "findings": list(upload.findings),
            "overlaps": list(upload.overlaps),
            "square_metres": upload.square_metres,
            "digest": upload.digest,
            "file": upload.form,
            "repair": dict(upload.repair) if upload.repair else None,
        },
    }


def state_outline(
    account: Account,
    slug: str,
    since: date,
    sources: Mapping[str, object],
    documents: Documents,
    now: datetime,
) -> None:
    """Make the outline that lies in the draft part of its changes."""
    draft = start_draft(account, f"gi:{slug}", now)
    read = draft.payload.get("outline")
    if not read:
        text = Text("请选择文件", "Choose a file")
        raise RuleBroken(text, {"file": text})
    stated = {name: read[name] for name in ("digest", "square_metres", "file", "repair") if read[name]}
    stated |= {"since": since.isoformat(), **sources}
    stated["overlaps"] = [{"adcode": one["adcode"], "share": one["share"]} for one in read["overlaps"]]
    draft_fields(draft, {"outline": stated}, documents, now)


def drop_upload(draft: Proposal, now: datetime) -> None:
    """Take an outline out of a draft; what the register holds stays."""
    changes = draft.payload["changes"]
    before = {"outline": changes["outline"]["from"]} if "outline" in changes else {}
    draft.outline_wkb = None
    draft_fields(draft, before, {}, now, {"outline": None})
