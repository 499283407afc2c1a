"""What a letter orders: to whom, what, by when.

An obligation is a numbered item (Điều, I., 1., 1.1., a)) that opens with an ordering verb or names a body; what stands
under it, down to the next item of its level, is its actions. Items that only say what to do belong to whom the sentence
leading them names. A letter without such items orders in plain sentences or in bullets that name a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scheduler.letters.addressee import (
    lead_in,
    names_a_body,
    opens_with_action,
    order_in,
    order_within,
    split_addressee,
)
from scheduler.letters.dates import find_deadlines
from scheduler.letters.marks import BULLET, END_MARK, NUMBERED
from scheduler.letters.model import Obligation, Paragraph, PartialDate
from scheduler.rules.lint.orthography import bare, is_upper

_LEVELS = {"roman": 0, "article": 1, "number": 1, "decimal": 2, "letter": 3}
_BULLET_LEVEL = 4
_TEXT_LEVEL = 5
_CLOSINGS = (
    "nhan duoc", "tren day la", "trong qua trinh", "qua trinh trien khai", "qua trinh thuc hien", "tran trong",
    "quyet dinh nay", "ke hoach nay", "chi thi nay", "thong bao nay", "cong van nay", "rat mong",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class _Draft:
    """An obligation while its actions are being gathered."""

    level: int
    to: str | None
    line: int
    actions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    level: int
    text: str
    paragraph: Paragraph


def find_obligations(paragraphs: Sequence[Paragraph], letter_date: PartialDate) -> tuple[Obligation, ...]:
    """The obligations in a letter's body, in its order."""
    items = [_item(paragraph) for paragraph in _mended(paragraphs)]
    drafts = _from_items(items, letter_date) or _from_bullets(items) or _from_sentences(items)
    return tuple(_finished(draft, letter_date) for draft in drafts)


def _mended(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """``paragraphs`` with each broken one joined to the sentence that it goes on."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        if group and not paragraph.broken:
            yield Paragraph.joined(group)
            group = []
        group.append(paragraph)
    if group:
        yield Paragraph.joined(group)


def _item(paragraph: Paragraph) -> _Item:
    numbered = NUMBERED.match(paragraph.text)
    if numbered and numbered.lastgroup:
        return _Item(_LEVELS[numbered.lastgroup], paragraph.text[numbered.end() :], paragraph)
    bullet = BULLET.match(paragraph.text)
    if bullet:
        return _Item(_BULLET_LEVEL, paragraph.text[bullet.end() :], paragraph)
    return _Item(_TEXT_LEVEL, paragraph.text, paragraph)


def _from_items(items: Sequence[_Item], letter_date: PartialDate) -> list[_Draft]:
    drafts: list[_Draft] = []
    current: _Draft | None = None
    lead: _Draft | None = None
    for index, item in enumerate(items):
        if item.level < _BULLET_LEVEL and (current is None or item.level <= current.level):
            current = _next_draft(item, lead, heads_a_list=_has_children(items, index))
            if current and current not in drafts:
                drafts.append(current)
            lead = None if _is_section(item) else lead
        elif item.level == _TEXT_LEVEL and _closes(item.text):
            current = None
            drafts += _closing_order(item, letter_date)
        elif current:
            current.actions.append(item.text)
        else:
            orders, to = lead_in(item.text)
            lead = _Draft(_LEVELS["number"], to, item.paragraph.line) if orders else lead
    return [draft for draft in drafts if draft.actions]


def _closing_order(item: _Item, letter_date: PartialDate) -> list[_Draft]:
    """A closing sentence is an obligation only when it sets a deadline ("Đề nghị các xã báo cáo trước ngày …")."""
    order = order_within(item.text)
    if order is None or not any(find_deadlines(order, letter_date)):
        return []
    to, action = split_addressee(order, heads_a_list=False)
    return [_Draft(item.level, to, item.paragraph.line, [action])]


def _next_draft(item: _Item, lead: _Draft | None, *, heads_a_list: bool) -> _Draft | None:
    """The obligation of ``item``: its own, or that of the sentence before the list when it names nobody."""
    if _orders(item.text) and not _is_section(item):
        return _open(item, heads_a_list=heads_a_list)
    if lead and opens_with_action(item.text):
        lead.actions.append(item.text)
        return lead
    return None


def _from_bullets(items: Sequence[_Item]) -> list[_Draft]:
    """Bullets that name a body each, under a sentence that orders."""
    drafts = [
        _open(item, heads_a_list=False)
        for item in items
        if item.level == _BULLET_LEVEL and _orders(item.text) and not _reports(item.text)
    ]
    return [draft for draft in drafts if draft.to and draft.actions]


def _from_sentences(items: Sequence[_Item]) -> list[_Draft]:
    """Plain sentences: "UBND huyện yêu cầu …", "Đề nghị …"; what is listed under one belongs to it."""
    drafts: list[_Draft] = []
    current: _Draft | None = None
    for index, item in enumerate(items):
        order = order_within(item.text)
        if order and item.level >= _BULLET_LEVEL:
            current = _Draft(item.level, None, item.paragraph.line)
            current.to, action = split_addressee(order, heads_a_list=_has_children(items, index))
            current.actions += [action] if action and not action.endswith(":") else []
            drafts.append(current)
        elif current and item.level <= _BULLET_LEVEL:
            current.actions.append(item.text)
        else:
            current = None
    return [draft for draft in drafts if draft.actions]


def _orders(text: str) -> bool:
    return order_in(text) is not None or names_a_body(text)


def _is_section(item: _Item) -> bool:
    """Whether ``item`` is a section's title ("III. TỔ CHỨC THỰC HIỆN")."""
    return item.level == _LEVELS["roman"] and is_upper(item.text)


def _reports(text: str) -> bool:
    """Whether ``text`` tells what has been done rather than what to do."""
    return re.search(r"\bđã\b", text[:200]) is not None


def _open(item: _Item, *, heads_a_list: bool) -> _Draft:
    order = order_in(item.text)
    to, action = split_addressee(order if order is not None else item.text, heads_a_list=heads_a_list)
    return _Draft(item.level, to, item.paragraph.line, [action] if action else [])


def _has_children(items: Sequence[_Item], index: int) -> bool:
    if items[index].text.endswith("."):
        return False
    return index + 1 < len(items) and items[index + 1].level > items[index].level


def _closes(text: str) -> bool:
    if bare(text[:60]).startswith(_CLOSINGS):
        return True
    return text.endswith(END_MARK) and order_within(text) is not None


def _finished(draft: _Draft, letter_date: PartialDate) -> Obligation:
    deadlines = dict.fromkeys(day for action in draft.actions for day in find_deadlines(action, letter_date))
    actions = tuple(action.removesuffix(END_MARK).strip() for action in draft.actions)
    return Obligation(draft.to, actions, tuple(deadlines), draft.line)
