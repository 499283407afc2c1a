"""What `loa read --report` tells of a text: each leftover and each warning, with its line and column."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from scheduler.cli.read_source import Source
from scheduler.rules.lint.pace import length_words, spoken_ms
from scheduler.rules.lint.script import lint
from tts.reading import Reading

_KINDS = {"leftover": "chưa đọc được", "warning": "cảnh báo", "confirm": "cần xác nhận"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: ``kind`` is leftover, warning or confirm; ``line`` and ``column`` are 0 for the whole text."""

    kind: str
    line: int
    column: int
    code: str
    text: str
    message: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a text in its order, and about how long it takes to say."""

    findings: tuple[Finding, ...]
    spoken: str
    spoken_ms: int
    encoding: str

    @property
    def leftovers(self) -> int:
        """How many places could not be read."""
        return sum(finding.kind == "leftover" for finding in self.findings)

    def lines(self) -> list[str]:
        """Return what a person reads, a finding a line, then the sums."""
        told = [_line(finding) for finding in self.findings]
        count = {kind: sum(finding.kind == kind for finding in self.findings) for kind in _KINDS}
        sums = ", ".join(f"{number} chỗ {_KINDS[kind]}" for kind, number in count.items())
        converted = [f"Đã đổi từ bảng mã {self.encoding} sang Unicode."] if self.encoding else []
        return [*converted, *told, f"Tổng cộng: {sums}; lời đọc dài khoảng {length_words(self.spoken_ms)}."]

    def to_json(self) -> dict[str, object]:
        """Return what a program reads."""
        return {
            "encoding": self.encoding or "Unicode",
            "spoken_ms": self.spoken_ms,
            "findings": [asdict(finding) for finding in self.findings],
            "reading": self.spoken,
        }


def report(source: Source, reading: Reading) -> Report:
    """Return the findings of ``reading``, the reading of ``source.text``, and of the lint of scripts."""
    lasts = spoken_ms(reading.text)
    places = [
        (
            left.start,
            Finding("leftover", *source.place(left.start), "leftover", left.token, left.reason, left.suggestions),
        )
        for left in reading.leftovers
    ]
    for remark in lint(source.text, spoken=reading.text):
        kind = "confirm" if remark.confirm else "warning"
        line, column = source.place(remark.start) if remark.text else (0, 0)
        finding = Finding(kind, line, column, remark.code, remark.text, remark.message, remark.suggestions)
        places.append((remark.start, finding))
    places.sort(key=lambda place: place[0])
    return Report(tuple(finding for _, finding in places), reading.text, lasts, source.encoding)


def _line(finding: Finding) -> str:
    offered = f" (gợi ý: {'; '.join(finding.suggestions)})" if finding.suggestions else ""
    message = f"“{finding.text}” {finding.message}" if finding.kind == "leftover" else finding.message
    place = f"{finding.line}:{finding.column}" if finding.line else "cả bài"
    return f"{place} [{_KINDS[finding.kind]}] {' '.join(message.split())}{offered}"
