"""What is wrong in a file of rows, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.errors import InvalidInput

TOLD_MOST = 200


@dataclass(frozen=True, slots=True)
class RowFault:
    """Row ``number`` (as a spreadsheet counts, 0 is the file as a whole), its column, what is wrong and what to do."""

    number: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        where = f"dòng {self.number}" + (f", cột {self.column}" if self.column else "") if self.number else "tệp"
        return f"{where}: {self.what}; hãy {self.remedy}"


class FileRefused(InvalidInput):
    """A file whose ``faults`` keep it from being taken in; nothing of it was."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.number)
        self.faults = tuple(ordered[:TOLD_MOST])
        self.total = len(ordered)
        lines = [str(fault) for fault in self.faults]
        if self.total > TOLD_MOST:
            lines.append(f"và {self.total - TOLD_MOST} lỗi nữa")
        super().__init__("Tệp có lỗi, chưa ghi dòng nào:\n- " + "\n- ".join(lines))


def refuse_file(what: str, remedy: str) -> FileRefused:
    """Return the refusal of a file as a whole."""
    return FileRefused([RowFault(0, "", what, remedy)])
