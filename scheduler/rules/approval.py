"""The states of a revision, four eyes, and the approval digest (``docs/protocol.md``, Bulletins)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scheduler.canonical import canonical_bytes, format_instant, media_name, sha256_hex
from scheduler.errors import LoaError


class State(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WrongState(LoaError):
    """Bản tin đang ở trạng thái “{state}” nên không {deed} được. Hãy tải lại trang."""

    state: str
    deed: str


class FourEyes(LoaError):
    """Bạn đã viết, thu âm hoặc chốt lời đọc bản tin này nên không được duyệt. Cần một người khác duyệt."""


class NotHeard(LoaError):
    """Bạn mới nghe {percent}% bản âm thanh. Hãy nghe đến hết rồi duyệt."""

    heard: int
    percent: int


class NotReady(LoaError):
    """Bản tin chưa có đủ bản âm thanh. Hãy chờ máy tạo xong."""


class HasLeftovers(LoaError):
    """Còn {count} chỗ chưa đọc được: {tokens}. Hãy viết ra chữ rồi gửi duyệt."""

    count: int
    tokens: str


class Stale(LoaError):
    """Bản tin đã thay đổi sau khi bạn mở trang. Hãy tải lại trang, đọc và nghe lại rồi duyệt."""


class PastValidity(LoaError):
    """Bản tin chỉ có hiệu lực đến hết ngày {last_day}. Hãy trả lại để người viết sửa ngày rồi gửi duyệt lại."""

    last_day: str


class Unconfirmed(LoaError):
    """Bản tin nêu {figures}. Hãy đánh dấu đã kiểm tra còn hiệu lực, rồi duyệt."""

    figures: str


STATE_WORDS: Mapping[State, str] = {
    State.DRAFT: "nháp",
    State.SUBMITTED: "chờ duyệt",
    State.RETURNED: "bị trả lại",
    State.APPROVED: "đã duyệt",
    State.SUPERSEDED: "đã thay bằng lần sửa mới",
    State.WITHDRAWN: "đã thu hồi",
    State.EXPIRED: "hết hiệu lực",
}

_MOVES: Mapping[str, tuple[str, frozenset[State], State]] = {
    "submit": ("gửi duyệt", frozenset({State.DRAFT}), State.SUBMITTED),
    "approve": ("duyệt", frozenset({State.SUBMITTED}), State.APPROVED),
    "return": ("trả lại", frozenset({State.SUBMITTED}), State.RETURNED),
    "withdraw": ("thu hồi", frozenset({State.APPROVED}), State.WITHDRAWN),
    "expire": ("cho hết hiệu lực", frozenset({State.APPROVED}), State.EXPIRED),
    "supersede": ("thay", frozenset({State.APPROVED}), State.SUPERSEDED),
}


def move(state: State, deed: str) -> State:
    """Return the state after ``deed`` (submit, approve, return, withdraw, expire, supersede).

    Raises :class:`WrongState` when the revision stands elsewhere.
    """
    words, origins, target = _MOVES[deed]
    if state not in origins:
        raise WrongState(state=STATE_WORDS[state], deed=words)
    return target


def opens_new_revision(state: State) -> bool:
    """Tell whether an edit opens a new draft revision (anything submitted or later) or changes the draft itself."""
    return state is not State.DRAFT


@dataclass(frozen=True, slots=True)
class Track:
    """One approved sound: ``kind`` is ``main`` or ``headline``; ``media`` its SHA-256 (64 digits)."""

    kind: str
    language: str
    media: str


@dataclass(frozen=True, slots=True)
class Approvable:
    """What an approval binds; ``script`` and ``reading`` are the SHA-256 (64 digits) of the texts.

    ``emergency`` is an emergency's order as a value of JSON (where, how often, how long, drill or not): its approval is
    its release. In the other classes it is null and no part of the document.
    """

    bulletin: str
    revision: int
    title: str
    bulletin_class: str
    valid_from: date
    valid_to: date | None
    directive: str | None
    script: str
    reading: str
    tracks: tuple[Track, ...]
    emergency: Mapping[str, object] | None = None

    def shown(self) -> str:
        """Return the digest of all that the approver's page showed: what the approve request must carry back."""
        return sha256_hex(canonical_bytes(self._json()))

    def document(self, approver: str, approved_at: datetime) -> tuple[str, str]:
        """Return the approval's canonical text and its digest (64 digits)."""
        told = self._json() | {"approver": approver, "approved_at": format_instant(approved_at)}
        content = canonical_bytes(told)
        return content.decode("utf-8"), sha256_hex(content)

    def _json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "bulletin": self.bulletin,
            "revision": self.revision,
            "title": sha256_hex(self.title.encode("utf-8")),
            "class": self.bulletin_class,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "directive": self.directive,
            "script": media_name(self.script),
            "reading": media_name(self.reading),
            "tracks": [
                {"kind": track.kind, "language": track.language, "media": media_name(track.media)}
                for track in sorted(self.tracks, key=lambda track: (track.kind, track.language))
            ],
        }
        return told if self.emergency is None else told | {"emergency": dict(self.emergency)}


def check_four_eyes(approver: str, contributors: Collection[str]) -> None:
    """Raise :class:`FourEyes` when the approver had a hand in any revision."""
    if approver in contributors:
        raise FourEyes


def check_validity(valid_to: date | None, today: date) -> None:
    """Raise :class:`PastValidity` when the last local day of validity (null: none) has passed."""
    if valid_to is not None and valid_to < today:
        raise PastValidity(last_day=f"{valid_to:%d/%m/%Y}")


def check_confirmed(figures: Sequence[str], *, confirmed: bool) -> None:
    """Raise :class:`Unconfirmed` for ``figures`` (fines, penalties, accounts) that nobody says to have looked up."""
    if figures and not confirmed:
        raise Unconfirmed(figures=", ".join(f"“{' '.join(figure.split())}”" for figure in figures))


def check_heard(heard_permille: Sequence[int], needed_permille: int) -> int:
    """Return the least share heard over all tracks.

    Raises :class:`NotReady` without tracks, :class:`NotHeard` below what is needed.
    """
    if not heard_permille:
        raise NotReady
    least = min(heard_permille)
    if least < needed_permille:
        raise NotHeard(heard=least, percent=least // 10)
    return least
