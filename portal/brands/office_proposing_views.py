"""A form of a brand, an indicator or a project becomes a draft, and the draft a proposal."""

from collections.abc import Callable, Mapping

from flask import Response, redirect, url_for
from flask_wtf import FlaskForm

from portal.accounts.visitor_views import me, tell
from portal.brands.office_drafts import fields_on_desk, keep_in_draft, read_sourced
from portal.db import db
from portal.lib.clock import now
from portal.lib.text import Text
from portal.proposals.queries import find_draft
from portal.proposals.sections import Part

Facts = Mapping[str, object]
Edit = Callable[[Facts, dict[str, object]], dict[str, object]]
KEPT = Text(
    "已存进草稿。请核对变更，写明理由后提出，由第二人确认。",
    "Kept in your draft. Check the change, give your reason and propose it to a second person.",
)


def put_in_draft(subject: str, form: FlaskForm, parts: tuple[Part, ...], change: Edit) -> int:
    """The number of the draft that now holds the change."""
    before = fields_on_desk(me(), subject)
    value, documents = read_sourced(form, parts, subject, find_draft(me(), subject))
    draft = keep_in_draft(me(), subject, before, change(before, value), documents, now())
    db.session.flush()
    return draft.id


def to_proposal(number: object) -> Response:
    tell(KEPT)
    return redirect(url_for("catalogue_office.show_proposal", number=number))
