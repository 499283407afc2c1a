"""What the rules of the timetable refuse, each with its message in the user's language.

An error's docstring is its default message; its facts are keyword arguments, kept as attributes and filled into the
message. ``retryable`` says whether the same call may succeed later without anybody changing anything.
"""

from __future__ import annotations


class PlaylistError(Exception):
    """Lịch phát có lỗi."""

    retryable = False
    exit_code = 1

    def __init__(self, message: str | None = None, **facts: object) -> None:
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)
        template = message if message is not None else (type(self).__doc__ or "").strip()
        super().__init__(template.format_map(facts) if facts and message is None else template)


class InvalidPlan(PlaylistError):
    """{what}."""

    what: str
    exit_code = 2


class UnknownZone(InvalidPlan):
    """Không có múi giờ tên “{zone}”; hãy dùng tên như Asia/Ho_Chi_Minh."""

    zone: str
