"""The documents an official can cite: the list with its names, and suggestions while typing."""

from flask import Response, jsonify, render_template, request

from portal.catalogue.models import Document
from portal.catalogue.queries import documents_by_id
from portal.catalogue.rules import SUPPORT_NAMES
from portal.language import current_language
from portal.lib.folding import folded
from portal.proposals.office_blueprint_views import blueprint

SUGGESTED = 10


@blueprint.get("/documents")
def show_documents() -> str:
    asked = request.args.get("q", "").strip()
    found = _matching(asked)
    return render_template(
        "catalogue_office/documents.html", documents=found, asked=asked, supports=SUPPORT_NAMES
    )


@blueprint.get("/documents/suggest")
def suggest_documents() -> Response:
    """`value` is the name under which a form takes the document."""
    asked = request.args.get("q", "").strip()
    items = [
        {"text": one.facts["title"][current_language()], "detail": one.id, "value": one.id}
        for one in _matching(asked)[:SUGGESTED]
    ]
    return jsonify(items=items)


def _matching(asked: str) -> list[Document]:
    documents = list(documents_by_id().values())
    wanted = folded(asked)
    return [one for one in documents if wanted in _searchable(one)] if wanted else documents


def _searchable(document: Document) -> str:
    facts = document.facts
    issuer = facts.get("issuer") or {}
    return "\n".join(folded(text) for text in (document.id, *facts["title"].values(), *issuer.values()))
