"""/api/openapi.json and the page that reads it to people and lets them try every address."""

import json
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.routing import Rule

from portal.api.describing import Described
from portal.api.openapi import (
    described_addresses,
    description,
    subject_of,
    template_of,
    written_addresses,
)
from portal.api.openapi_reading import rows_of
from portal.api.parameters import Parameter
from portal.api.writing import Writes
from portal.language import current_language
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    address = current_app.config["SETTINGS"].base_url
    answer = jsonify(description(current_language(), address))
    answer.mimetype = "application/vnd.oai.openapi+json"
    return answer


@blueprint.get("/api/")
def read() -> str:
    subjects: dict[Text, list[dict[str, object]]] = {}
    for rule, said in described_addresses(current_app):
        subjects.setdefault(subject_of(rule), []).append(_operation(rule, said))
    return render_template(
        "api/read.html",
        subjects=subjects,
        writing=[_writing(rule, said) for rule, said in written_addresses(current_app)],
        base=current_app.config["SETTINGS"].base_url,
    )


def _writing(rule: Rule, said: Writes) -> dict[str, object]:
    body = {"properties": {part.name: part.schema | {"about": part.about} for part in said.body}}
    return {
        "anchor": rule.endpoint.replace(".", "-"),
        "address": template_of(rule),
        "said": said,
        "example": json.dumps(said.example, ensure_ascii=False, indent=2),
        "kinds": {row.path: row.kind for row in rows_of(body)},
        "fields": rows_of(said.answer),
    }


@blueprint.get("/api/try")
def try_it() -> Response:
    """What the form of one address was filled with, as that address: works without a script."""
    wanted = request.args.get("operation", "")
    for rule, said in described_addresses(current_app):
        if rule.endpoint == wanted:
            return redirect(_filled(rule, said))
    raise NotFound(Text("没有这个接口", "There is no such address in the API"))


def _filled(rule: Rule, said: Described) -> str:
    blanks = {one.name: request.args.get(one.name, "").strip() for one in said.path}
    missing = {name: Text("请填写", "Fill this in") for name, value in blanks.items() if not value}
    if missing:
        raise RuleBroken(Text("地址里还有空格没有填", "The address still has a blank"), missing)
    address = template_of(rule)
    for name, value in blanks.items():
        address = address.replace("{" + name + "}", _as_path(value))
    names = [one.name for one in said.asked_with()]
    query = [(name, value) for name in names for value in request.args.getlist(name) if value]
    return f"{address}?{urlencode(query)}" if query else address


def _as_path(value: str) -> str:
    return urlencode({"": value})[1:].replace("+", "%20").replace(".", "%2E")


def _operation(rule: Rule, said: Described) -> dict[str, object]:
    return {
        "endpoint": rule.endpoint,
        "anchor": rule.endpoint.replace(".", "-"),
        "address": template_of(rule),
        "said": said,
        "path": [_control(one, True) for one in said.path],
        "query": [_control(one, one.required) for one in said.asked_with() if one.name != "lang"],
        "fields": rows_of(said.answer),
        "try_address": url_for("api_docs.try_it"),
    }


def _control(one: Parameter, required: bool) -> dict[str, object]:
    """What the form needs to know; of several words one can be tried."""
    schema = one.schema()
    return {
        "name": one.name,
        "about": one.about,
        "required": required,
        "choices": [(choice, choice) for choice in schema.get("enum", []) if choice],
        "day": schema.get("format") == "date",
        "start": one.example if required and one.example is not None else "",
        "hint": _hint(schema),
    }


def _hint(schema: dict[str, object]) -> Text | None:
    if "minimum" not in schema:
        return None
    low, high = schema["minimum"], schema["maximum"]
    bounds = Text(f"{low} 到 {high}", f"{low} to {high}")
    if "default" not in schema:
        return bounds
    return Text(f"{bounds.zh}，不写是 {schema['default']}", f"{bounds.en}; {schema['default']} if not given")
