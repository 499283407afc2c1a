"""Setting the station's clock by hand, where no centre can be reached; recorded in the chain."""

from __future__ import annotations

from datetime import datetime

from scheduler.canonical import format_instant
from scheduler.errors import Conflict, InvalidInput
from scheduler.protocol import Event
from scheduler.station.chain import Happening
from scheduler.station.store import Store
from scheduler.station.timekeeper import instruments
from scheduler.station.timekeeping import Instruments, Reference, instant_us, read_clock

__all__ = ["HAND_UNCERTAINTY_US", "set_by_hand"]

# Someone who types the time by a wall clock is right to about a second.
HAND_UNCERTAINTY_US = 1_000_000


def set_by_hand(store: Store, wanted: datetime, *, seen: Instruments | None = None) -> None:
    """Take it that it is ``wanted`` now, until the machine is switched off or the centre is heard; record that.

    Raises :class:`Conflict` when the centre's own time is known in this boot, :class:`InvalidInput` for a time before
    the issue of the rundown held.
    """
    seen = seen or instruments()
    before = store.reference()
    if before is not None and before.boot == seen.boot and before.source == "centre":
        raise Conflict(what="Cụm loa đã biết giờ của trung tâm từ khi bật máy, không cần đặt bằng tay")
    floor = store.floor()
    if floor is not None and wanted < floor:
        raise InvalidInput(what=f"Giờ đặt sớm hơn lúc trung tâm ký lịch phát đang giữ ({format_instant(floor)})")
    offset_us = instant_us(wanted) - seen.boottime_us
    reference = Reference(seen.boot, seen.boottime_us, offset_us, HAND_UNCERTAINTY_US, "set")
    reading = read_clock(seen, reference=reference, rtc=False, floor=floor)
    detail = {"set_to": format_instant(wanted), "was": None if before is None else before.source}
    with store.transaction():
        store.keep_reference(reference)
        store.append(Happening(Event.COMMAND, reading.now, reading.state, reason="clock-set", detail=detail))
