"""Lines of a plain or Markdown text."""

from __future__ import annotations

import re

from scheduler.letters.model import Line

_MARKUP = re.compile(r"\*{2,3}|__|`|<br\s?/?>|</?(?:b|i|u|strong|em|center|p)>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<!\*)\*(?=\S)([^*\n]{1,400})(?<=\S)\*(?!\*)")
_LEAD = re.compile(r"^\s{0,3}(?:#{1,6}\s+|(?:>\s?){1,3})")
_STARRED = re.compile(r"^(\s{0,12})[*+](?=\s)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_RULE_CHARACTERS = frozenset("-*_=|: ")


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text, blank ones kept as gaps; a form feed starts a page."""
    lines: list[Line] = []
    gap = False
    page_start = False
    for number, raw in enumerate(text.split("\n"), start=1):
        page_start = page_start or "\f" in raw
        line = raw.replace("\f", "").rstrip()
        if not line.strip():
            gap = True
            continue
        lines.append(Line(line, number, gap=gap, page_start=page_start))
        gap = page_start = False
    return lines


def markdown_lines(text: str) -> list[Line]:
    """The lines of a Markdown text without its mark-up; each cell of a table stands by itself."""
    lines: list[Line] = []
    gap = False
    for number, raw in enumerate(text.replace("\f", "").split("\n"), start=1):
        cells = [] if _is_rule(raw) else _cells(raw)
        for cell in cells:
            for position, part in enumerate(re.split(r"(?i)<br\s?/?>", cell)):
                line = _unmarked(part)
                if line.strip():
                    lines.append(Line(line, number, gap=gap or (len(cells) > 1 and position == 0)))
                    gap = False
        gap = gap or not any(cell.strip() for cell in cells)
    return lines


def _is_rule(raw: str) -> bool:
    """Whether ``raw`` is a drawn rule, or the line under a table's head."""
    stripped = raw.strip()
    return len(stripped) >= 3 and _RULE_CHARACTERS.issuperset(stripped)


def _cells(raw: str) -> list[str]:
    stripped = raw.strip()
    if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1:
        return stripped[1:-1].split("|")
    return [raw.rstrip()]


def _unmarked(raw: str) -> str:
    line = _LEAD.sub("", raw, count=1) if raw.lstrip().startswith(("#", ">")) else raw
    line = _STARRED.sub(r"\1-", line, count=1)
    line = _MARKUP.sub("", _EMPHASIS.sub(r"\1", line))
    return _ESCAPE.sub(r"\1", line.replace("&nbsp;", " ")).rstrip()
