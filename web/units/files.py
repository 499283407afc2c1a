"""The register of units as a file, those of old in it."""

from __future__ import annotations

from scheduler.services import units
from scheduler.services.units.files import HEADER, UnitFile, export_units, import_unit_file, read_unit_file
from web.register_pages import Register, add_register_pages
from web.units.blueprint import pages


def _words(told: UnitFile) -> str:
    change = told.prospect.change
    return f"{len(change.added) + len(change.changed)} đơn vị mới hoặc thay đổi"


add_register_pages(
    pages,
    Register(
        folder="units",
        file_name="don-vi",
        listed_at="units.index",
        header=HEADER,
        export=lambda database, form: export_units(database, form=form),
        look=lambda database, content, today, now: read_unit_file(database, content=content, today=today, now=now),
        take_in=import_unit_file,
        words=_words,
        beside={"kinds": units.KIND_WORDS},
    ),
)
