"""The errors of the application, each with its message in the user's language.

An error's docstring is its default message; its facts are keyword arguments, kept as attributes and filled into the
message. ``retryable`` says whether the same call may succeed later without anybody changing anything.
"""

from __future__ import annotations

from inspect import cleandoc


class LoaError(Exception):
    """Có lỗi xảy ra."""

    retryable = False
    exit_code = 1

    def __init__(self, message: str | None = None, **facts: object) -> None:
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)
        template = message if message is not None else cleandoc(type(self).__doc__ or "")
        super().__init__(template.format_map(facts) if facts and message is None else template)


class NotFound(LoaError):
    """Không tìm thấy {what}."""


class NotAllowed(LoaError):
    """Bạn không có quyền {what}."""


class InvalidInput(LoaError):
    """{what}."""

    exit_code = 2


class Conflict(LoaError):
    """{what}."""
