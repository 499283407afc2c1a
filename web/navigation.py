"""What each role finds in the top bar, and in the tab bar of a phone: pure, by role, in the order of a day's work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page of the product: the endpoint that answers, its word on wide screens and on a phone, and its icon."""

    endpoint: str
    word: str
    short: str
    icon: str


@dataclass(frozen=True)
class Link:
    """A place with its address for this request; ``count`` of what waits there (0: nothing), ``current``: this page."""

    place: Place
    url: str
    count: int
    current: bool


MY_WORK = Place("home.index", "Việc của tôi", "Việc của tôi", "home")
QUEUE = Place("approvals.index", "Chờ duyệt", "Chờ duyệt", "wait")
BULLETINS = Place("bulletins.index", "Bản tin", "Bản tin", "text")
DIRECTIVES = Place("directives.index", "Văn bản chỉ đạo", "Văn bản", "letter")
CAMPAIGNS = Place("campaigns.index", "Đợt tuyên truyền", "Đợt", "horn")
GLOSSARY = Place("glossary.index", "Từ điển", "Từ điển", "book")
TIMETABLE = Place("timetable.index", "Lịch phát", "Lịch phát", "cal")
TODAY = Place("operator.index", "Hôm nay", "Hôm nay", "home")
STATIONS = Place("stations.index", "Cụm loa", "Cụm loa", "tower")
MAKE_GOODS = Place("make_goods.index", "Phát bù", "Phát bù", "history")
AIR_LOG = Place("airlog.index", "Nhật ký phát sóng", "Nhật ký", "list")
REPORTS = Place("reports.index", "Báo cáo", "Báo cáo", "chart")
UNITS = Place("units.index", "Đơn vị", "Đơn vị", "tree")
ACCOUNTS = Place("accounts.index", "Tài khoản", "Tài khoản", "user")
LEDGER = Place("ledger.index", "Sổ", "Sổ", "chain")

BY_ROLE: Mapping[str, tuple[Place, ...]] = {
    "operator": (TODAY, STATIONS, TIMETABLE, AIR_LOG, MAKE_GOODS),
    "approver": (QUEUE, BULLETINS, DIRECTIVES, CAMPAIGNS, TIMETABLE, AIR_LOG, MAKE_GOODS),
    "editor": (MY_WORK, BULLETINS, DIRECTIVES, CAMPAIGNS, TIMETABLE, AIR_LOG, GLOSSARY),
    "auditor": (AIR_LOG, DIRECTIVES, STATIONS, REPORTS, LEDGER),
    "admin": (UNITS, STATIONS, TIMETABLE, ACCOUNTS, LEDGER),
}


def places(roles: Iterable[str]) -> tuple[Place, ...]:
    """The places of all roles held, each once: roles in the order of BY_ROLE, their places in their own order."""
    held = set(roles)
    ordered = (place for role, of_role in BY_ROLE.items() if role in held for place in of_role)
    return tuple(dict.fromkeys(ordered))


def links(
    roles: Iterable[str],
    *,
    answered: Collection[str],
    address: Callable[[str], str],
    current: str | None,
    waiting: Mapping[str, int] | None = None,
) -> tuple[Link, ...]:
    """The links of a page's bars; a place that no endpoint answers is left out, so that there is no dead link.

    ``answered`` are the application's endpoints, ``address`` makes a URL of one, ``current`` is the request's endpoint
    (its blueprint marks the link), and ``waiting`` counts what waits, by endpoint.
    """
    here = (current or "").partition(".")[0]
    counts = waiting or {}
    return tuple(
        Link(place, address(place.endpoint), counts.get(place.endpoint, 0), place.endpoint.partition(".")[0] == here)
        for place in places(roles)
        if place.endpoint in answered
    )
