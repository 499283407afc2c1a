"""From the official letter to the loudspeaker: what is on record about one item, as steps in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.services.airing_story import (
    Story,
    StoryApproval,
    StoryDirective,
    StoryEntry,
    StoryItem,
    StoryObligation,
    StoryRecording,
    StoryRevision,
)
from scheduler.services.bulletins.fields import EMERGENCY
from scheduler.services.lateness import Lateness
from scheduler.services.letters import dated
from web import door
from web.filters import duration, number, percent, sentence_case
from web.lateness import missed_words
from web.looks import RESULTS
from web.reasons import CLOCK_SOURCES, told
from web.rotation_words import chosen_words

CENTRE = "trung tâm"
STATION = "cụm loa"
OF_AIRING = {"started": "Bắt đầu buổi phát", "finished": "Hết buổi phát"}
OF_ITEM = {"start": "Bắt đầu phát mục này", "end": "Phát xong mục này"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: when, by whom, an icon, a title, sentences, and words quoted from a paper."""

    at: datetime
    who: str
    icon: str
    title: str
    lines: tuple[str, ...] = ()
    quote: str = ""
    tone: str = ""
    seq: int | None = field(default=None)


def steps(story: Story, item: StoryItem | None, late: Lateness | None = None) -> list[Step]:
    """Return all steps of one item of an airing (of the airing alone without one), in the order of time.

    ``late`` tells more of a session that did not start.
    """
    found: list[Step] = []
    if item is not None:
        found += _letter(item.directive, item.obligation)
        for revision in item.revisions:
            found += _revision(revision)
        found += _sound(item.recording)
        found += _approval(item.approval)
    found += _plan(story, item)
    found += _rundown(story)
    found += (step for entry in story.entries if (step := _entry(entry, item, late)) is not None)
    found += _settlements(story)
    found += _explanation(story)
    return sorted(found, key=lambda step: step.at)


def _letter(letter: StoryDirective | None, obligation: StoryObligation | None) -> Iterator[Step]:
    if letter is None:
        return
    name = "/".join(part for part in (letter.number, letter.symbol) if part) or "không số"
    when = dated(letter.day, letter.month, letter.year)
    lines = [f"{name}{f', {when}' if when else ''}{f': {letter.subject}' if letter.subject else ''}."]
    if letter.warnings:
        lines.append(f"{letter.warnings} chỗ trong văn bản cần xem lại.")
    yield Step(letter.imported_at, letter.imported_by, "letter", "Văn bản chỉ đạo", tuple(lines))
    if obligation is not None:
        until = f"Hạn: {', '.join(obligation.deadlines)}." if obligation.deadlines else ""
        yield Step(
            letter.imported_at,
            "máy đọc văn bản",
            "duty",
            f"Nhiệm vụ {obligation.ordinal}: {obligation.addressee}",
            (until,) if until else (),
            quote="; ".join(obligation.actions),
        )


def _revision(revision: StoryRevision) -> Iterator[Step]:
    counted = f"{revision.sentences} câu. " if revision.sentences else ""
    yield Step(
        revision.submitted_at or revision.saved_at,
        revision.submitted_by or revision.author_name or "",
        "text",
        f"Lời bản tin, lần sửa {revision.number}",
        (f"{counted}{'Đã gửi duyệt' if revision.submitted_at else 'Còn là nháp'}: “{revision.title}”.",),
    )
    if revision.returned_at is not None:
        reason = f"“{revision.return_reason}”" if revision.return_reason else ""
        title = f"Trả lại lần sửa {revision.number}"
        yield Step(revision.returned_at, revision.returned_by or "", "return", title, (reason,), tone="warn")


def _sound(sound: StoryRecording | None) -> Iterator[Step]:
    if sound is None:
        return
    facts = (
        f"{duration(sound.duration_ms)} · {number(sound.loudness_clufs / 100, 1)} LUFS · "
        f"đỉnh {number(sound.true_peak_cdbtp / 100, 1)} dBTP"
    )
    draft = ("Giọng dự phòng.",) if sound.draft_voice else ()
    who = sound.made_by or f"giọng {sound.engine}"
    yield Step(sound.made_at, who, "mic" if sound.made_by else "voice", "Bản âm thanh", (facts, *draft))


def _approval(approval: StoryApproval | None) -> Iterator[Step]:
    if approval is None:
        return
    heard = f"Không phải người viết. Đã nghe {percent(approval.heard_permille, 1000)}."
    yield Step(approval.approved_at, approval.approver_name, "seal", "Duyệt", (heard,), tone="key")
    if approval.ended_at is not None:
        why = told(approval.end_kind, "approval-end")
        yield Step(approval.ended_at, CENTRE, "ban", "Lần duyệt hết hiệu lực", (f"{why}.".capitalize(),), tone="warn")


def _plan(story: Story, item: StoryItem | None) -> Iterator[Step]:
    plan = story.plan
    if plan.proposed_at is not None:
        yield Step(plan.proposed_at, plan.proposed_by or "", "cal", "Đề xuất khung giờ")
    if plan.published_at is not None:
        yield Step(plan.published_at, plan.published_by or "", "cal", "Công bố khung giờ")
    who = plan.planned_by or "máy lập lịch"
    what = "Xếp lịch" if plan.slot_id else "Xếp buổi phát riêng"
    if story.bulletin_class == EMERGENCY:
        what = "Phát diễn tập khẩn cấp ngay khi duyệt" if story.drill else "Phát khẩn cấp ngay khi duyệt"
    chosen = chosen_words(item.why) if item is not None else ""
    lines = (f"Buổi “{story.title}”.", *([f"Mục này được {chosen}."] if chosen else []))
    yield Step(plan.planned_at, who, "cal", what, lines)
    if story.cancelled_at is not None:
        why = told(story.cancel_reason)
        yield Step(story.cancelled_at, CENTRE, "x", "Bỏ khỏi lịch", (f"Lý do: {why}.",), tone="warn")


def _rundown(story: Story) -> Iterator[Step]:
    rundown = story.rundown
    if rundown is None:
        return
    title = f"Ký lịch số {rundown.sequence}"
    yield Step(rundown.issued_at, CENTRE, "shield", title, ("Chữ ký Ed25519 của trung tâm.",), seq=rundown.ledger_seq)
    if rundown.accepted_at is not None:
        lines = ("Chữ ký đúng, lịch được giữ tại cụm loa.",)
        yield Step(rundown.accepted_at, STATION, "tower", "Cụm loa nhận lịch", lines, seq=rundown.accepted_ledger_seq)


def _entry(entry: StoryEntry, item: StoryItem | None, late: Lateness | None) -> Step | None:
    """Return what the station says of the airing, and of this item alone among its items."""
    title = OF_AIRING.get(entry.event, told(entry.event, "event"))
    if entry.event == "item":
        if item is None or entry.item is None or entry.item != item.row.item:
            return None
        title = OF_ITEM.get(entry.edge or "", title)
    elif entry.event == "accepted":
        return None
    signs = {"started": ("bars", "ok"), "finished": ("stop", "ok"), "item": ("sound", "ok")}
    sign, tone = signs.get(entry.event, ("warn", "warn"))
    whole = late is not None and entry.event == "missed" and entry.item is None and entry.reason == late.reason
    why = missed_words(late, door.settings().tz) if late is not None and whole else told(entry.reason)
    lines = [f"{sentence_case(why)}."] if why else []
    lines.append(_clock(entry))
    return Step(entry.at, STATION, sign, title, tuple(lines), tone=tone, seq=entry.ledger_seq)


def _clock(entry: StoryEntry) -> str:
    source = CLOCK_SOURCES.get(entry.clock_source, entry.clock_source)
    if entry.clock_offset_ms is None or entry.clock_uncertainty_ms is None:
        return f"Giờ {source}."
    give_or_take = number(entry.clock_uncertainty_ms / 1000, 2)
    return f"Giờ {source}, đã hiệu chỉnh {number(entry.clock_offset_ms / 1000, 2)} giây ± {give_or_take}."


def _settlements(story: Story) -> Iterable[Step]:
    for settled in story.settlements:
        word = RESULTS[settled.result].word.lower() if settled.result in RESULTS else settled.result
        title = f"Ghi sổ, mục {number(settled.ledger_seq)}"
        yield Step(settled.at, CENTRE, "chain", title, (f"Kết quả: {word}.",), tone="key", seq=settled.ledger_seq)


def _explanation(story: Story) -> Iterable[Step]:
    said = story.explanation
    if said is not None:
        yield Step(said.at, said.person_name, "user", "Giải trình", quote=said.text, seq=said.ledger_seq)
