"""What the portal says about itself. A page here is a template of its name in templates/about/."""

from flask import Blueprint, render_template

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
    return render_template(f"about/{name}.html")
