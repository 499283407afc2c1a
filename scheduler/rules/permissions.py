"""Who may do what: roles, the deeds each allows, and an operator's places. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.errors import LoaError, NotAllowed


class Role(StrEnum):
    """What a person is in the network."""

    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_WORDS: Mapping[Role, str] = {
    Role.EDITOR: "Biên tập viên",
    Role.APPROVER: "Người duyệt",
    Role.OPERATOR: "Trực đài",
    Role.AUDITOR: "Thanh tra",
    Role.ADMIN: "Quản trị",
}


class Deed(StrEnum):
    """What somebody may want to do; the value is how a refusal names it."""

    READ = "xem trang này"
    IMPORT_LETTER = "nhập văn bản chỉ đạo"
    WRITE = "viết bản tin"
    APPROVE = "duyệt bản tin"
    WITHDRAW = "thu hồi bản tin"
    PROPOSE_SLOT = "đề xuất lịch phát"
    PUBLISH_SLOT = "công bố lịch phát"
    CORRECT_HOLIDAYS = "sửa ngày lễ"
    CONFIRM_TIMETABLE = "xác nhận lịch phát của cụm loa này"
    PROPOSE_CAMPAIGN = "đề xuất đợt tuyên truyền"
    PUBLISH_CAMPAIGN = "công bố đợt tuyên truyền"
    READ_PLAYLIST = "xem danh sách phát của cụm loa này"
    ORDER_PRIORITIES = "xếp thứ tự tin ưu tiên ở cụm loa này"
    EXPLAIN = "giải trình lượt phát"
    REQUEST_MAKE_GOOD = "đề nghị phát bù ở cụm loa này"
    SHARE_CALENDAR = "tạo đường dẫn lịch của cụm loa này"
    READ_LOG = "xem nhật ký phát sóng"
    READ_LEDGER = "xem sổ"
    MANAGE_STATIONS = "quản lý cụm loa"
    MANAGE_PEOPLE = "quản lý tài khoản"


class OwnGrant(LoaError):
    """Không ai được tự cấp hoặc tự thu quyền của mình. Hãy nhờ một quản trị khác."""


class OwnChange(LoaError):
    """Không ai được tự công bố thay đổi lịch phát do mình đề xuất. Hãy nhờ một người duyệt khác."""


_ALLOWED: Mapping[Deed, frozenset[Role]] = {
    Deed.READ: frozenset(Role),
    Deed.IMPORT_LETTER: frozenset({Role.EDITOR}),
    Deed.WRITE: frozenset({Role.EDITOR}),
    Deed.APPROVE: frozenset({Role.APPROVER}),
    Deed.WITHDRAW: frozenset({Role.APPROVER}),
    Deed.PROPOSE_SLOT: frozenset({Role.EDITOR}),
    Deed.PUBLISH_SLOT: frozenset({Role.APPROVER}),
    Deed.CORRECT_HOLIDAYS: frozenset({Role.APPROVER, Role.ADMIN}),
    Deed.CONFIRM_TIMETABLE: frozenset({Role.OPERATOR}),
    Deed.PROPOSE_CAMPAIGN: frozenset({Role.EDITOR}),
    Deed.PUBLISH_CAMPAIGN: frozenset({Role.APPROVER}),
    Deed.READ_PLAYLIST: frozenset(Role),
    Deed.ORDER_PRIORITIES: frozenset({Role.OPERATOR}),
    Deed.EXPLAIN: frozenset({Role.OPERATOR}),
    Deed.REQUEST_MAKE_GOOD: frozenset({Role.EDITOR, Role.OPERATOR}),
    Deed.SHARE_CALENDAR: frozenset({Role.OPERATOR, Role.ADMIN}),
    Deed.READ_LOG: frozenset({Role.EDITOR, Role.APPROVER, Role.OPERATOR, Role.AUDITOR}),
    Deed.READ_LEDGER: frozenset({Role.AUDITOR, Role.ADMIN}),
    Deed.MANAGE_STATIONS: frozenset({Role.ADMIN}),
    Deed.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that stands; ``unit_code`` or ``station_id`` limit an operator's places, null means all."""

    role: Role
    unit_code: str | None = None
    station_id: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person and the grants that stand at this moment."""

    id: str
    name: str
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, wherever."""
        return frozenset(grant.role for grant in self.grants)

    def may(self, deed: Deed) -> bool:
        """Tell whether any role allows ``deed``: for pages that show or hide; services use :func:`require`."""
        return bool(self.roles & _ALLOWED[deed])


def require(actor: Actor, deed: Deed) -> None:
    """Raise :class:`NotAllowed` unless one of the actor's roles allows ``deed``."""
    if not actor.may(deed):
        raise NotAllowed(what=deed.value)


def require_station(actor: Actor, deed: Deed, station_id: str, unit_codes: Collection[str]) -> None:
    """Raise :class:`NotAllowed` unless a grant allows ``deed`` at that station.

    ``unit_codes`` are the codes of the station's unit and of all units above it. Only an operator's grants are limited.
    """
    for grant in actor.grants:
        if grant.role not in _ALLOWED[deed]:
            continue
        if grant.role is not Role.OPERATOR or (grant.unit_code is None and grant.station_id is None):
            return
        if grant.station_id == station_id or (grant.unit_code is not None and grant.unit_code in unit_codes):
            return
    raise NotAllowed(what=deed.value)


def check_publisher(proposer: str, publisher: str) -> None:
    """Raise :class:`OwnChange` when whoever proposed a change of the timetable would publish it: four eyes."""
    if proposer == publisher:
        raise OwnChange


def check_grant(granter: str, person: str, held: Collection[Role], role: Role) -> None:
    """Raise :class:`OwnGrant` for a grant to oneself, and :class:`NotAllowed` for admin beside approver.

    An admin cannot approve content (separation of duties).
    """
    if granter == person:
        raise OwnGrant
    if {Role.ADMIN, Role.APPROVER} <= {*held, role}:
        raise NotAllowed(what="vừa quản trị vừa duyệt nội dung; hãy dùng hai tài khoản khác nhau")
