"""The answer as data, field by field."""

from portal.verification.queries import Answered, answer_on
from portal.verification.rules import code_of


def answer_as_json(answered: Answered, language: str) -> dict[str, object]:
    licence = answered.licence
    return {
        "answer": answered.answer.value,
        "uscc": answered.uscc,
        "producer": answered.producer,
        "gi": answered.gi,
        "gi_name": answered.gi_name.as_json() if answered.gi_name else None,
        "licence_no": licence.number if licence else None,
        "goods": licence.goods if licence else None,
        "valid_from": licence.valid_from.isoformat() if licence else None,
        "valid_to": licence.valid_to.isoformat() if licence and licence.valid_to else None,
        "reason": answered.reason.say(language),
        "next": answered.next_step.say(language),
        "on": answered.on.isoformat(),
        "licences": [
            {
                "licence_no": one.number,
                "gi": one.indication.slug,
                "answer": answer_on(one, answered.on).value,
                "goods": one.goods,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            }
            for one in answered.licences
        ],
        "demo": any(one.demo for one in answered.licences),
        "code": code_of(licence.number) if licence else None,
    }
