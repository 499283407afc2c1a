"""What the editor's form says of an emergency: where, how often, how long, drill or not; and the choices it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from werkzeug.datastructures import MultiDict

from playlists.emergencies import MOST_TIMES, EmergencyOrder
from playlists.network import UnitKey
from playlists.scopes import Scope
from scheduler.errors import InvalidInput
from scheduler.services.plan_values import refusing
from web.filters import duration_words

ALL, CHOSEN = "all", "chosen"
_ONE_MINUTE = timedelta(minutes=1)
_VALID_MINUTES = (15, 30, 60, 120, 180, 360, 720, 1440)


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """The fields as text, just as they were typed; units are ``code@first day``."""

    where: str = ""
    units: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    times: str = ""
    every: str = ""
    valid_for: str = ""
    drill: bool = False

    @property
    def order(self) -> EmergencyOrder:
        """The order; its scope is null while nothing is chosen. Raises :class:`~scheduler.errors.InvalidInput`."""
        usual = EmergencyOrder()
        with refusing():
            return EmergencyOrder(
                scope=self._scope(),
                times=_typed(self.times, usual.times, f"Số lần phát phải là số từ 1 đến {MOST_TIMES} lần"),
                every=_typed(self.every, usual.every // _ONE_MINUTE, "Khoảng cách phải là số phút") * _ONE_MINUTE,
                valid_for=_typed(self.valid_for, usual.valid_for // _ONE_MINUTE, "Hiệu lực phải là số phút")
                * _ONE_MINUTE,
                drill=self.drill,
            )

    def _scope(self) -> Scope | None:
        if self.where == ALL:
            return Scope(everyone=True)
        if not (self.units or self.stations):
            return None
        return Scope(
            units=frozenset(_unit_key(each) for each in self.units),
            stations=frozenset(_station(each) for each in self.stations),
        )


def order_from_form(form: MultiDict[str, str]) -> OrderDraft:
    """Return what was typed."""
    where = form.get("emergency-where", "")
    return OrderDraft(
        where=where,
        units=tuple(form.getlist("emergency-unit")) if where != ALL else (),
        stations=tuple(form.getlist("emergency-station")) if where != ALL else (),
        times=form.get("emergency-times", ""),
        every=form.get("emergency-every", ""),
        valid_for=form.get("emergency-valid", ""),
        drill=form.get("emergency-drill", "") == "yes",
    )


def shown_order(order: EmergencyOrder | None) -> OrderDraft:
    """Return an order as the form holds it; the usual one, without a place, for none."""
    told = order or EmergencyOrder()
    scope = told.scope
    return OrderDraft(
        where="" if scope is None else ALL if scope.everyone else CHOSEN,
        units=tuple(written_key(key) for key in sorted(scope.units)) if scope is not None else (),
        stations=tuple(sorted(str(each) for each in scope.stations)) if scope is not None else (),
        times=str(told.times),
        every=str(told.every // _ONE_MINUTE),
        valid_for=str(told.valid_for // _ONE_MINUTE),
        drill=told.drill,
    )


def written_key(key: UnitKey) -> str:
    """Return a unit as the form holds it."""
    return f"{key[0]}@{key[1].isoformat()}"


def valid_options(chosen: str) -> list[tuple[str, str]]:
    """Return for how long an emergency may hold, and the one that is ``chosen`` when it stands between them."""
    minutes = {*_VALID_MINUTES}
    if chosen.isascii() and chosen.isdigit() and 0 < int(chosen) <= max(_VALID_MINUTES):
        minutes.add(int(chosen))
    return [(str(each), duration_words(each * _ONE_MINUTE)) for each in sorted(minutes)]


def order_words(order: EmergencyOrder) -> Mapping[str, str]:
    """Return how often and how long, in words."""
    often = "một lần" if order.times == 1 else f"{order.times} lần, cách nhau {duration_words(order.every)}"
    return {"often": often, "valid_for": duration_words(order.valid_for)}


def _typed(text: str, usual: int, refusal: str) -> int:
    written = text.strip()
    if not written:
        return usual
    if not (written.isascii() and written.isdigit() and len(written) <= 5):
        raise InvalidInput(what=refusal)
    return int(written)


def _unit_key(text: str) -> UnitKey:
    code, _, day = text.rpartition("@")
    try:
        return code, date.fromisoformat(day)
    except ValueError as error:
        raise InvalidInput(what="Đơn vị đã chọn không đúng. Hãy chọn lại") from error


def _station(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInput(what="Cụm loa đã chọn không đúng. Hãy chọn lại") from error
