"""The front page: what the register holds and the one question most people come with."""

from flask import Blueprint, render_template

from portal.register import queries
from portal.register.views import describe

blueprint = Blueprint("home", __name__)

LATEST = 6


@blueprint.get("/")
def show() -> str:
    latest = queries.public_entries(queries.EntryFilter()).limit(LATEST)
    return render_template("home/home.html", latest=[describe(entry) for entry in queries.rows(latest)])
