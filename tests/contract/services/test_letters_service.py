"""Directives from letters, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.letters import Directive
from scheduler.errors import InvalidInput, NotAllowed, NotFound
from scheduler.files import FileStore
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit, letters
from scheduler.services.bulletins import page, views, writing

Maker = Callable[..., Actor]
DAY = datetime(2024, 5, 8, tzinfo=UTC)
CONTENT = "Nội dung tệp".encode()
LETTER = {
    "kind": "Công văn",
    "issuer": "UBND XÃ MẪU",
    "superior": None,
    "number": None,
    "symbol": "UBND-VHXH",
    "place": "Xã Mẫu",
    "date": {"day": None, "month": 5, "year": 2024},
    "subject": "phòng chống cháy rừng",
    "recipients": ["Các thôn"],
    "bases": [{"symbol": "12/KH-UBND", "date": "2024-04-02", "text": "Căn cứ Kế hoạch số 12"}],
    "obligations": [
        {"to": "Các thôn", "actions": ["Tuần tra rừng"], "deadlines": ["2024-05-13", "2024-05-20"], "line": 9},
        {"to": None, "actions": ["Phát trên loa"], "deadlines": [], "line": 12},
    ],
    "signer": {"capacity": "KT. CHỦ TỊCH", "title": "PHÓ CHỦ TỊCH", "name": "Nguyễn Văn Mẫu"},
    "warnings": [{"code": "missing-number", "text": "Số:", "line": 2, "message": "Chưa có số văn bản."}],
    "counted_in": "paragraph",
}
REAL = """UBND XÃ MẪU                      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/UBND-VHXH                     Độc lập - Tự do - Hạnh phúc
V/v phòng chống cháy rừng            Xã Mẫu, ngày 06 tháng 5 năm 2024

Kính gửi: Các thôn trong xã.

Để chủ động phòng chống cháy rừng, UBND xã yêu cầu:

1. Các thôn: Tổ chức tuần tra rừng, báo cáo trước ngày 13/5/2024.
2. Đài truyền thanh xã: Phát bản tin trên loa truyền thanh hằng ngày.

Yêu cầu các đơn vị thực hiện./.
"""


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "letters")


@pytest.fixture
def editor(person: Maker) -> Actor:
    return person("an", Role.EDITOR)


def _store(session: Session, actor: Actor, store: FileStore, now: datetime, **changes: Any) -> letters.DirectiveView:
    return letters.store_letter(
        session,
        actor,
        letter=LETTER | changes,
        content=CONTENT,
        file_name="C:\\fakepath\\cong van.docx",
        broadcasting=(1,),
        store=store,
        now=now,
    )


def test_a_letter_is_kept_with_its_file_and_what_it_orders(
    session: Session, editor: Actor, store: FileStore, now: datetime
) -> None:
    told = _store(session, editor, store, now)
    assert store.get(told.file_sha256) == CONTENT
    assert (told.name, told.dated, told.file_name, told.file_bytes) == (
        "…/UBND-VHXH",
        "tháng 5/2024",
        "cong van.docx",
        len(CONTENT),
    )
    assert [(each.ordinal, each.addressee, each.broadcasting) for each in told.obligations] == [
        (1, "Các thôn", False),
        (2, "", True),
    ]
    assert [each.day for each in told.obligations[0].deadlines] == [date(2024, 5, 13), date(2024, 5, 20)]
    assert (told.signer["name"], told.imported_by_name) == ("Nguyễn Văn Mẫu", "An")
    warning = letters.WarningView("missing-number", "Số:", 2, "Chưa có số văn bản.", "paragraph")
    assert told.warnings == (warning,)
    assert [row.deed for row in audit.history(session, "directive", told.id)] == ["letter-imported"]
    session.expire_all()
    assert letters.directive(session, told.id) == told


def test_the_same_file_again_is_the_same_directive(
    session: Session, editor: Actor, store: FileStore, now: datetime, person: Maker
) -> None:
    first = _store(session, editor, store, now)
    seq = audit.head(session).seq
    assert _store(session, person("chi", Role.EDITOR), store, now, subject="khác") == first
    assert (len(letters.directives(session)), audit.head(session).seq) == (1, seq)


def test_two_who_bring_in_one_file_at_once_get_one_directive(
    session: Session, maker: sessionmaker[Session], editor: Actor, store: FileStore, now: datetime
) -> None:
    session.commit()
    together = Barrier(2)

    def bring_in(_: int) -> str:
        together.wait(timeout=30)
        with maker.begin() as own:
            return _store(own, editor, store, now).id

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(bring_in, range(2)))
    assert len(found) == 1
    assert session.scalar(select(func.count()).select_from(Directive)) == 1


def test_a_real_file_is_read_and_its_broadcasting_duty_found(
    session: Session, editor: Actor, store: FileStore, now: datetime
) -> None:
    told = letters.import_letter(session, editor, content=REAL.encode(), file_name="cong-van.txt", store=store, now=now)
    assert (told.name, told.dated) == ("12/UBND-VHXH", "06/5/2024")
    assert [each.broadcasting for each in told.obligations] == [False, True]
    assert [each.day for each in told.obligations[0].deadlines] == [date(2024, 5, 13)]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04 broken"])
def test_an_unreadable_file_is_refused_and_not_kept(
    session: Session, editor: Actor, store: FileStore, now: datetime, content: bytes
) -> None:
    with pytest.raises(InvalidInput):
        letters.import_letter(session, editor, content=content, file_name="cong-van.docx", store=store, now=now)
    assert letters.directives(session) == []
    assert not store.directory.exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EDITOR])
def test_only_editors_bring_letters_in(
    session: Session, person: Maker, store: FileStore, now: datetime, role: Role
) -> None:
    other = person("khac", role)
    with pytest.raises(NotAllowed):
        _store(session, other, store, now)
    with pytest.raises(NotAllowed):
        letters.import_letter(session, other, content=b"", file_name="x", store=store, now=now)


def test_an_unknown_directive_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        letters.directive(session, "không có")
    with pytest.raises(NotFound):
        letters.directive_line(session, "không có")


@pytest.mark.parametrize(
    ("day", "month", "year", "written"),
    [
        (7, 5, 2024, "07/5/2024"),
        (17, 2, 2024, "17/02/2024"),
        (None, 1, 2024, "tháng 01/2024"),
        (None, 12, 2024, "tháng 12/2024"),
        (3, None, 2024, "năm 2024"),
        (3, 4, None, ""),
        (None, None, None, ""),
    ],
)
def test_dates_are_told_as_far_as_they_are_written(
    day: int | None, month: int | None, year: int | None, written: str
) -> None:
    assert letters.dated(day, month, year) == written


@pytest.mark.parametrize(
    ("number", "symbol", "name"),
    [
        ("679", "STTTT-TTr", "679/STTTT-TTr"),
        (None, "UBND", "…/UBND"),
        ("5", None, "số 5"),
        (None, None, "văn bản không số"),
    ],
)
def test_directives_are_named_as_offices_name_them(number: str | None, symbol: str | None, name: str) -> None:
    assert letters.directive_name(Directive(number=number, symbol=symbol)) == name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a/b/c.docx", "c.docx"), ("", "văn bản"), ("../..", ".."), ("x\x00\n.pdf", "x.pdf"), ("d" * 300, "d" * 255)],
)
def test_file_names_are_kept_short_and_plain(
    session: Session, editor: Actor, store: FileStore, sent: str, kept: str
) -> None:
    told = letters.store_letter(
        session, editor, letter=LETTER, content=CONTENT, file_name=sent, broadcasting=(), store=store, now=DAY
    )
    assert told.file_name == kept


def test_a_bulletin_answers_an_obligation_of_its_own_directive(
    session: Session, editor: Actor, store: FileStore, now: datetime
) -> None:
    directive = _store(session, editor, store, now)
    other = letters.import_letter(session, editor, content=REAL.encode(), file_name="khac.txt", store=store, now=now)

    def write(obligation_id: int) -> str:
        return writing.write(
            session,
            editor,
            title="Cháy rừng",
            script="Bà con chú ý.",
            valid_from=date(2024, 5, 8),
            directive_id=directive.id,
            obligation_id=obligation_id,
            now=now,
        ).bulletin_id

    with pytest.raises(NotFound, match="nhiệm vụ"):
        write(other.obligations[0].id)
    bulletin_id = write(directive.obligations[1].id)
    shown = page.bulletin_page(session, editor, bulletin_id=bulletin_id, heard_needed_permille=950)
    assert shown.obligation == directive.obligations[1]
    assert shown.directive is not None
    assert (shown.directive.name, shown.directive.bulletins) == ("…/UBND-VHXH", 1)
    assert [line.bulletin_id for line in views.bulletin_list(session, directive_id=directive.id)] == [bulletin_id]
    assert {line.id: line.bulletins for line in letters.directives(session)} == {directive.id: 1, other.id: 0}
