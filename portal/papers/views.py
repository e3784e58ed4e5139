"""/papers/…: one document of a file, with what is known of it, the one before and the one after."""

from flask import Blueprint, render_template

from portal.accounts.queries import offices_of
from portal.accounts.visitor_views import keep_nowhere, me
from portal.papers.binders import binder_of
from portal.papers.captions import say_caption

blueprint = Blueprint("paper_pages", __name__, url_prefix="/papers")
blueprint.after_request(keep_nowhere)
blueprint.add_app_template_filter(say_caption, "caption")


@blueprint.get("/<kind>/<key>/<int:n>")
def show(kind: str, key: str, n: int) -> str:
    binder = binder_of(kind, me(), key)
    place = binder.place_of(n)
    sheet = binder.sheets[place]
    return render_template(
        "papers/show.html",
        kind=kind,
        key=key,
        binder=binder,
        sheet=sheet,
        place=place,
        before=binder.sheets[place - 1] if place else None,
        after=binder.sheets[place + 1] if place + 1 < len(binder.sheets) else None,
        by=offices_of([sheet.by_account]).get(sheet.by_account),
    )
