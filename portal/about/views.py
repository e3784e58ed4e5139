"""What the portal says about itself. A page here is a template of its name in templates/about/."""

from flask import Blueprint, current_app, render_template, request

from portal.about.glossary import TERMS, link_terms
from portal.language import current_language
from portal.lib.problems import NotFound
from portal.lib.text import Text

blueprint = Blueprint("about", __name__, url_prefix="/about")

PAGES = (
    "method",
    "accessibility",
    "privacy",
    "problems",
    "log",
    "check",
    "apply",
    "map",
    "officials",
    "developers",
    "glossary",
)


@blueprint.get("/components")
def components() -> str:
    return render_template("about/components.html")


@blueprint.get("/<name>")
def page(name: str) -> str:
    if name not in PAGES:
        raise NotFound(Text("没有这一页说明", "There is no such page"))
    if name == "glossary":
        places = current_app.create_url_adapter(request)
        shown = [(term, places.test(term.url.partition("#")[0])) for term in TERMS]
        return render_template("about/glossary.html", terms=shown)
    return link_terms(render_template(f"about/{name}.html"), current_language())
