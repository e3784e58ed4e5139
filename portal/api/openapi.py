"""The description of the API (OpenAPI 3.1), put together from what stands beside each view."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, current_app
from werkzeug.routing import Rule

from portal.api.describing import Described
from portal.api.parameters import Parameter
from portal.api.shapes import PROBLEM
from portal.api.writing import KEY_HEADER, KEY_LONGEST, Writes
from portal.lib.text import Text
from portal.regions.queries import all_codes

Json = dict[str, Any]
BLANK = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
API_VERSION = "1.0.0"

TITLE = Text("地理标志登记簿接口", "API of the GI register")
ABOUT = Text(
    "公众看到的一切都在这里，来自同样的查询。每个答复带 ETag（登记簿的版本），再问时用 If-None-Match。"
    "没有写明的参数会被拒绝，不会被忽略。被拒绝时的答复见 Problem。",
    "Everything the public sees, from the same queries. Every answer carries an ETag (the version of the "
    "register); ask again with If-None-Match. Parameters not named here are refused, not ignored. A refusal "
    "has the shape Problem.",
)
REFUSALS = {
    400: Text("参数不正确", "A parameter is not right"),
    401: Text("需要令牌", "A token is needed"),
    403: Text("没有权限", "Not allowed"),
    404: Text("没有找到", "Not found"),
    409: Text("内容已变", "It has changed meanwhile"),
    429: Text("请求过于频繁，见 Retry-After", "Too many requests; see Retry-After"),
    503: Text("暂时不能回答，见 Retry-After", "No answer for the moment; see Retry-After"),
}
ANSWER = Text("答复", "The answer")
SUBJECTS = {
    "api_gis": Text("地理标志", "GIs"),
    "api_areas": Text("产地范围", "Producing areas"),
    "api_brands": Text("区域公用品牌", "Regional brands"),
    "api_regions": Text("行政区划", "Divisions"),
    "api_indicators": Text("规划指标", "Plan indicators"),
    "api_producers": Text("生产者", "Producers"),
    "api_users": Text("专用标志使用者", "Authorised users"),
    "api_verify": Text("核验", "Verification"),
    "api_ratios": Text("两个 60%", "The 60 % shares"),
    "api_reports": Text("年度监管报告", "Yearly reports"),
    "api_batches": Text("批次", "Batches"),
    "api_labels": Text("标签", "Labels"),
    "api_checks": Text("双随机抽查", "Checks by lot"),
    "api_log": Text("登记簿", "The log"),
    "api_mine": Text("自己的申报和标签", "Your own returns and labels"),
    "api_own": Text("用令牌写入", "Writing with a token"),
}


def described_addresses(app: Flask) -> Iterator[tuple[Rule, Described]]:
    """Every address whose view says what it answers, in the order of its blueprint and path."""
    order = list(SUBJECTS)
    found = []
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], "described", None)
        if said is not None:
            name = rule.endpoint.split(".")[0]
            found.append((order.index(name) if name in order else len(order), name, rule.rule, rule, said))
    for _, _, _, rule, said in sorted(found, key=lambda one: one[:3]):
        yield rule, said


def written_addresses(app: Flask) -> Iterator[tuple[Rule, Writes]]:
    """Every address that changes something."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        said = getattr(app.view_functions[rule.endpoint], "writes", None)
        if said is not None:
            yield rule, said


def template_of(rule: Rule) -> str:
    return BLANK.sub(r"{\1}", rule.rule)


def subject_of(rule: Rule) -> Text:
    name = rule.endpoint.split(".")[0]
    plain = name.removeprefix("api_").replace("_", " ")
    return SUBJECTS.get(name, Text(plain, plain))


def description(language: str, address: str) -> Json:
    """The whole description in one language; `address` is where the portal is reached."""
    paths: Json = {}
    tags: dict[str, None] = {}
    for rule, said in described_addresses(current_app):
        tag = subject_of(rule).say(language)
        tags[tag] = None
        paths[template_of(rule)] = {"get": _operation(rule, said, tag, language)}
    for rule, said in written_addresses(current_app):
        tag = subject_of(rule).say(language)
        tags[tag] = None
        paths.setdefault(template_of(rule), {})["post"] = writing_operation(rule, said, tag, language)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE.say(language),
            "version": API_VERSION,
            "description": ABOUT.say(language),
        },
        "servers": [{"url": address}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, "Adcode": _known_codes(language)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _known_codes(language: str) -> Json:
    """The codes that exist; a few thousand, named once."""
    about = Text("行政区划代码（GB/T 2260），空着就是不限", "Division code (GB/T 2260); empty means any")
    return {"type": "string", "description": about.say(language), "enum": ["", *all_codes()]}


def _operation(rule: Rule, said: Described, tag: str, language: str) -> Json:
    operation = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": said.summary.say(language),
        "tags": [tag],
        "parameters": [
            *(_parameter(one, "path", language) for one in said.path),
            *(_parameter(one, "query", language) for one in said.asked_with()),
        ],
        "responses": _responses(said, language),
    }
    if said.detail:
        operation["description"] = said.detail.say(language)
    if said.private:
        operation["security"] = [{"token": []}]
    return operation


def _parameter(one: Parameter, place: str, language: str) -> Json:
    schema = one.schema()
    if one.several:
        schema = {"type": "array", "items": schema}
    described = {
        "name": one.name,
        "in": place,
        "required": place == "path" or one.required,
        "description": one.about.say(language),
        "schema": schema,
    }
    if one.several:
        described |= {"style": "form", "explode": True}
    if one.example is not None:
        described["example"] = [one.example] if one.several else one.example
    return described


def _responses(said: Described, language: str) -> Json:
    codes = {400, 429, 503, *said.refusals, *((404,) if said.path else ())}
    if said.private:
        answers: Json = {"200": {"description": ANSWER.say(language)}}
        answers["200"]["content"] = {said.media: {"schema": said.answer}}
        return answers | _refusals(codes | {401, 403}, language)
    answers = {
        "200": {
            "description": ANSWER.say(language),
            "headers": {
                "ETag": {"schema": {"type": "string"}},
                "X-Register-Version": {"schema": {"type": "string"}},
            },
            "content": {said.media: {"schema": said.answer}},
        },
        "304": {"description": Text("没有变化", "Nothing has changed").say(language)},
    }
    return answers | _refusals(codes, language)


def _refusals(codes: Iterable[int], language: str) -> Json:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(code): {"description": REFUSALS[code].say(language), "content": problem} for code in sorted(codes)
    }


# ---- what changes something

KEY_ABOUT = Text(
    "同一个键重发不会做两次，答复与第一次相同（保留七天）；换了内容则 409",
    "Sent again with the same key it is not done twice and answered as the first time (kept for seven "
    "days); with "
    "another body it is a 409",
)
SCOPE_ABOUT = Text("令牌范围：{scope}", "Scope of the token: {scope}")


def writing_operation(rule: Rule, said: Writes, tag: str, language: str) -> Json:
    about = SCOPE_ABOUT.format(scope=said.scope.value).say(language)
    properties = {part.name: part.schema | {"description": part.about.say(language)} for part in said.body}
    body = {
        "type": "object",
        "properties": properties,
        "required": [part.name for part in said.body if part.required],
        "additionalProperties": False,
    }
    key = {
        "name": KEY_HEADER,
        "in": "header",
        "required": False,
        "description": KEY_ABOUT.say(language),
        "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LONGEST, "pattern": "^[!-~]+$"},
    }
    refusals = _refusals((400, 401, 403, 404, 409, 429, 503), language)
    return {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": said.summary.say(language),
        "description": f"{said.detail.say(language)} {about}" if said.detail else about,
        "tags": [tag],
        "security": [{"token": []}],
        "parameters": [*(_parameter(one, "path", language) for one in said.path), key],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body, "example": said.example}},
        },
        "responses": {
            "200": {
                "description": Text("做了，或者早已做过", "Done, or done before").say(language),
                "headers": {"Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}}},
                "content": {"application/json": {"schema": said.answer}},
            },
            **refusals,
        },
    }
