"""Reading fields of documents: each function returns a value of the right kind or refuses the document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from scheduler.canonical import NotCanonical, media_sha256
from scheduler.errors import LoaError

T = TypeVar("T")


class DocumentRefused(LoaError):
    """Văn bản máy gửi không dùng được: {reason}."""

    reason: str


def read_document(content: bytes, kind: str, build: Callable[[Mapping[str, Any]], T]) -> T:
    """Return what ``build`` makes of a document of type ``kind``; raises :class:`DocumentRefused`."""

    def checked() -> T:
        told = loads(content)
        expect_type(told, kind)
        return build(told)

    return guard(checked)


def guard(build: Callable[[], T]) -> T:
    """Return what ``build`` returns; whatever is wrong in a document ends as :class:`DocumentRefused`."""
    try:
        return build()
    except KeyError as error:
        raise DocumentRefused(reason=f"thiếu trường {error.args[0]}") from error
    except (NotCanonical, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise DocumentRefused(reason=f"trường sai kiểu ({error})") from error


def loads(content: bytes) -> Mapping[str, Any]:
    """Return the JSON object in ``content``; floats are refused."""
    told = json.loads(content.decode("utf-8"), parse_float=no_float, parse_constant=no_float)
    if not isinstance(told, Mapping):
        raise DocumentRefused(reason="không phải đối tượng JSON")
    return told


def no_float(text: str) -> float:
    """Refuse a float, and what JSON has no word for: NaN and the infinities."""
    raise DocumentRefused(reason=f"số thập phân {text} không được phép")


def expect_type(told: Mapping[str, Any], expected: str) -> None:
    """Refuse a document of another type or major version."""
    found = told["type"]
    if found != expected:
        raise DocumentRefused(reason=f"loại {str(found)[:60]} không hỗ trợ, cần {expected}; hãy nâng cấp phần mềm")


def text(value: object) -> str:
    """Return text."""
    if not isinstance(value, str):
        raise DocumentRefused(reason=f"cần chữ, gặp {type(value).__name__}")
    return value


def optional(value: object) -> str | None:
    """Return text or null."""
    return None if value is None else text(value)


def named(value: object) -> str:
    """Return the name of a medium or an approval (``sha256:`` and 64 digits)."""
    name = text(value)
    media_sha256(name)
    return name


def whole(value: object, *, negative: bool = False) -> int:
    """Return an integer, not below zero unless ``negative``."""
    if not isinstance(value, int) or isinstance(value, bool) or (value < 0 and not negative):
        raise DocumentRefused(reason=f"cần số nguyên, gặp {value!r:.40}")
    return value


def items(value: object) -> list[Any]:
    """Return a JSON array."""
    if not isinstance(value, list):
        raise DocumentRefused(reason=f"cần danh sách, gặp {type(value).__name__}")
    return value
