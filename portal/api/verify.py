"""/api/v1/verify: may this producer use this GI on this day? And the licence as a credential."""

from flask import Blueprint, Response, current_app, g, jsonify

from portal.api.describing import asked, described
from portal.api.parameters import day, words
from portal.api.shapes.verify import VERIFIED
from portal.authorisation.queries import find_licence
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.register.queries import public_version
from portal.verification.credentials import KIND, credential
from portal.verification.queries import Answered, answer_by_code, answer_by_number
from portal.verification.rules import Sort, read_question
from portal.verification.schema import answer_as_json

blueprint = Blueprint("api_verify", __name__, url_prefix="/api/v1")

WRONG = Text("地址中的参数不正确", "A parameter in the address is not right")
PARAMETERS = (
    words("uscc", Text("统一社会信用代码；与 licence 二选一", "USCC; this or licence"), 60),
    words("licence", Text("授权编号，或证书上的编码", "Licence number, or the code on a certificate"), 60),
    words(
        "gi",
        Text("地理标志的代号或中文名；不写为全部", "Key or Chinese name of the GI; all if not given"),
        120,
    ),
    day("on", Text("哪一天；不写为今天", "Which day; today if not given")),
)


@blueprint.get("/verify")
@described(
    Text("核验", "Verify"),
    VERIFIED,
    parameters=PARAMETERS,
    detail=Text(
        "回答一个问题：这个主体在这一天可不可以使用这个地理标志。",
        "Answers one question: may this producer use this GI on this day.",
    ),
    examples=("/api/v1/verify?uscc=91350100M000100Y43", "/api/v1/verify?licence=L2026-000001"),
)
def verify() -> Response:
    """The answer, the licence it rests on, and every other licence of the same producer."""
    answered, notices = _answered()
    body = answer_as_json(answered, current_language())
    body["notices"] = [notice.say(current_language()) for notice in notices]
    body["version"] = g.get("public_version") or public_version()
    return jsonify(body)


def _answered() -> tuple[Answered, tuple[Text, ...]]:
    uscc, licence = asked("uscc").strip(), asked("licence").strip()
    on = asked("on") or today()
    if bool(uscc) == bool(licence):
        one = Text("uscc 与 licence 必须且只能给一个", "Give either uscc or licence, and not both")
        raise RuleBroken(WRONG, {"uscc": one, "licence": one})
    if uscc:
        reading = read_uscc(uscc)
        if reading.error:
            raise RuleBroken(WRONG, {"uscc": reading.error}, next_step=CHECK_CODE)
        return answer_by_code(reading.code, asked("gi").strip(), on), reading.notices
    typed = read_question(licence)
    if typed.sort is not Sort.LICENCE:
        form = Text("授权编号形如 L2026-000123", "A licence number looks like L2026-000123")
        raise RuleBroken(WRONG, {"licence": form})
    if typed.wrong_check:
        check = Text("最后一位校验码不符，至少有一位抄错", "The last (check) character does not agree")
        raise RuleBroken(WRONG, {"licence": check}, next_step=CHECK_CODE)
    return answer_by_number(typed.value, asked("gi").strip(), on), ()


CHECK_CODE = Text("请对照原件核对后再查", "Compare it with the original, then ask again")


@blueprint.get("/credentials/<number>")
@described(
    Text("授权的可验证凭证", "A licence as a verifiable credential"),
    {"type": "string", "description": "JWT, EdDSA (VC-JOSE-COSE); keys at /.well-known/jwks.json"},
    path=(
        words(
            "number", Text("授权编号", "Licence number"), 20, required=True, example="L2026-000001",
            pattern=r"^[A-Z0-9-]+$",
        ),
    ),
    media=f"application/{KIND}",
)  # fmt: skip
def licence_credential(number: str) -> Response:
    """Signed by the register; whether it was revoked or suspended since stands in its status lists."""
    licence = find_licence(number)
    if licence is None:
        raise NotFound(Text("没有这个授权编号", "There is no licence with this number"))
    body = credential(licence, current_app.config["SETTINGS"].base_url)
    return Response(body, content_type=f"application/{KIND}")
