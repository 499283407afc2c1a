"""The errors of reading, each with its message in the user's language."""

from __future__ import annotations


class ReadingError(Exception):
    """Không đọc được văn bản này."""

    retryable = False

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)
        super().__init__((type(self).__doc__ or "").strip().format_map(facts))


class GlossaryRowInvalid(ReadingError):
    """Dòng {row} của từ điển cách đọc không dùng được: {why}."""

    row: int
    why: str
