"""What the platform of a preset answers: accepted is only what the preset's rule confirms."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.channels import foreign
from app.channels.answers import unreadable
from app.channels.outcomes import BY_WORDS, Decided, Heard, decide
from app.channels.presets.recipe import Recipe, Success
from app.channels.secrecy import shown, tidy
from app.channels.sender import Acceptance, Parcel
from app.channels.statuses import LONGEST_RETRY_AFTER, retry_after, unnamed
from app.egress.way import Answer
from app.errors import SendError

CODE_CHARACTERS = 64


def acceptance(
    answer: Answer,
    recipe: Recipe,
    parcel: Parcel,
    secrets: list[str],
    *,
    empty: Collection[str] = (),
) -> Acceptance:
    """Raises SendError unless the answer says what the preset's success rule asks for."""
    said = _read(answer.body)
    if not accepts(answer, recipe.success, said):
        raise refusal(answer, recipe, parcel, secrets, said)
    code = _code(recipe, said) or str(answer.status)
    return Acceptance(
        code=code,
        http_status=answer.status,
        response=shown(answer, secrets),
        certificate_until=answer.certificate_until,
    )


def accepts(answer: Answer, success: Success, said: Any) -> bool:
    if success.status:
        if answer.status not in success.status:
            return False
    elif not 200 <= answer.status < 300:
        return False
    if success.body is not None and foreign.words(answer.body).strip() != success.body:
        return False
    if success.pointer is None:
        return True
    found = every(said, success.pointer)
    return bool(found) and all(_confirms(each, success.equals) for each in found)


def _confirms(found: Any, wanted: Any) -> bool:
    if wanted is None:
        return found not in (None, "", False)
    # In Python True equals 1; to the platform they are different.
    return type(found) is type(wanted) and bool(found == wanted)


def every(said: Any, pointer: str) -> list[Any]:
    """What stands at a JSON Pointer whose step * means each of a list."""
    before, star, after = pointer.partition("/*")
    if not star:
        return [at(said, pointer)]
    listed = at(said, before)
    found = listed if isinstance(listed, list) else []
    return [at(each, after) for each in found]


def refusal(
    answer: Answer, recipe: Recipe, parcel: Parcel, secrets: list[str], said: Any
) -> SendError:
    code, message = _code(recipe, said), _message(recipe, answer, said)
    rules = (*recipe.rules(), *BY_WORDS)
    heard = Heard(
        code=code or None,
        message=message,
        status=answer.status,
        tries=parcel.in_a_row(code or f"http_{answer.status}"),
        plain=parcel.fallback,
    )
    decided = decide(heard, rules)
    if decided.rule not in rules:
        by_status = Heard(code=f"http_{answer.status}", message=message, plain=parcel.fallback)
        decided = decide(by_status, rules)
    if decided.rule is None:
        accepted = 200 <= answer.status < 300
        if not accepted:
            return unnamed(answer, secrets)
        if not code:
            return unreadable(answer, secrets)
    shown_code = code or f"http_{answer.status}"
    return _error(answer, recipe, decided, shown_code, tidy(message, secrets), secrets, said)


def _error(
    answer: Answer,
    recipe: Recipe,
    decided: Decided,
    code: str,
    message: str,
    secrets: list[str],
    said: Any,
) -> SendError:
    facts = {
        "code": code,
        "message": message,
        "remedy": decided.remedy,
        "field": decided.rule.field if decided.rule else "",
    }
    return SendError(
        decided.outcome,
        code,
        message,
        hint=decided.hint,
        facts=facts,
        after=_asked_for(answer, recipe, said) or decided.after,
        quota=bool(decided.rule and decided.rule.quota),
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def _asked_for(answer: Answer, recipe: Recipe, said: Any) -> float | None:
    wait = at(said, recipe.answer.retry_after) if recipe.answer.retry_after else None
    if isinstance(wait, int | float) and not isinstance(wait, bool) and wait > 0:
        return min(float(wait), LONGEST_RETRY_AFTER)
    return retry_after(answer) if answer.status in (429, 503) else None


def _code(recipe: Recipe, said: Any) -> str:
    found = at(said, recipe.answer.code) if recipe.answer.code else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found)[:CODE_CHARACTERS]


def _message(recipe: Recipe, answer: Answer, said: Any) -> str:
    if not recipe.answer.message:
        return foreign.words(answer.body)
    found = at(said, recipe.answer.message)
    return "" if found is None else str(found)


def _read(body: bytes) -> Any:
    try:
        return foreign.value(body)
    except foreign.Unreadable:
        return None


def at(said: Any, pointer: str) -> Any:
    """What stands at a JSON Pointer; None where nothing does."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(said, dict):
            said = said.get(key)
        elif isinstance(said, list) and key.isascii() and key.isdigit() and int(key) < len(said):
            said = said[int(key)]
        else:
            return None
    return said
