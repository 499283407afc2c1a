"""Labels that Word writes before the paragraphs of a list: "- ", "1. ", "a) "; they are not in the text itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MAX_STYLES_ABOVE = 12
_LONGEST_LABEL = 30
_DEEPEST_LEVEL = 8
_Level = tuple[str, str, int]


@dataclass(slots=True)
class Numbering:
    """The list levels of a document: (list, level) to (format, label pattern, first value); counts as it goes."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, str | None, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, numbering: Any, styles: Any) -> Numbering:
        """From the parsed ``numbering.xml`` and ``styles.xml``, either of which may be missing."""
        read = cls()
        if numbering is not None:
            read._read_levels(numbering)
        if styles is not None:
            read._read_styles(styles)
        return read

    def label(self, paragraph: Any) -> str:
        """The label before ``paragraph`` with a space after it, or ""."""
        number, level = self._list_of(paragraph)
        if number is None or level > _DEEPEST_LEVEL or (number, level) not in self.levels:
            return ""
        kind, pattern, first = self.levels[number, level]
        if kind == "none":
            return ""
        if kind == "bullet":
            return "- "
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, first - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        label = pattern
        for each in range(level + 1):
            each_kind, _, each_first = self.levels.get((number, each), (kind, "", 1))
            label = label.replace(f"%{each + 1}", _counted(counts.get(each, each_first), each_kind))
        return f"{label} " if label.strip() else ""

    def _list_of(self, paragraph: Any) -> tuple[str | None, int]:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None, 0
        number, level = _list_in(properties)
        style = properties.find(qn("w:pStyle"))
        name = style.get(qn("w:val")) if style is not None else None
        for _ in range(_MAX_STYLES_ABOVE):
            if number is not None or name not in self.styles:
                break
            name, number, level = self.styles[name]
        return (None if number == "0" else number), level

    def _read_levels(self, numbering: Any) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for definition in numbering.findall(qn("w:abstractNum")):
            abstract[definition.get(qn("w:abstractNumId"))] = {
                _whole(level.get(qn("w:ilvl"))): (
                    _value(level, "w:numFmt") or "decimal",
                    (_value(level, "w:lvlText") or "")[:_LONGEST_LABEL],
                    _whole(_value(level, "w:start"), 1),
                )
                for level in definition.findall(qn("w:lvl"))[: _DEEPEST_LEVEL + 1]
            }
        for instance in numbering.findall(qn("w:num")):
            for level, rule in abstract.get(_value(instance, "w:abstractNumId") or "", {}).items():
                self.levels[instance.get(qn("w:numId")), level] = rule

    def _read_styles(self, styles: Any) -> None:
        for style in styles.findall(qn("w:style")):
            properties = style.find(qn("w:pPr"))
            number, level = _list_in(properties) if properties is not None else (None, 0)
            self.styles[style.get(qn("w:styleId"))] = (_value(style, "w:basedOn"), number, level)


def _list_in(properties: Any) -> tuple[str | None, int]:
    listed = properties.find(qn("w:numPr"))
    if listed is None:
        return None, 0
    return _value(listed, "w:numId"), _whole(_value(listed, "w:ilvl"))


def _value(element: Any, name: str) -> str | None:
    child = element.find(qn(name))
    return child.get(qn("w:val")) if child is not None else None


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def _counted(count: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("upperRoman", "lowerRoman") and 0 < count < 40:
        roman = ""
        for value, digits in _ROMAN:
            while count >= value:
                roman, count = roman + digits, count - value
        return roman if kind == "upperRoman" else roman.lower()
    return str(count)
