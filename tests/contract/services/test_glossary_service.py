"""The district's glossary on both databases: what may be entered, what a change leaves, whose hand a reading shows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bulletin_stage import FROM, Newsroom, rendered
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.bulletins import Contributor
from scheduler.db.glossary import GlossaryEntry
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.approval import FourEyes, HasLeftovers
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import recordings, writing
from scheduler.services.glossary import entries, standing, table
from scheduler.services.glossary.wording import Wording
from tts.reading import Glossary, read

DAY = date(2024, 5, 8)


def wording(written: str = "VH-TTH", spoken: str = "văn hóa, truyền thanh, truyền hình", **more: Any) -> Wording:
    return Wording(written, spoken, **({"valid_from": DAY} | more))


@pytest.fixture
def editor(person: Callable[..., Actor]) -> Actor:
    return person("lan", Role.EDITOR)


@pytest.fixture
def both(person: Callable[..., Actor]) -> Actor:
    return person("both", Role.EDITOR, Role.APPROVER)


@pytest.fixture
def room(session: Session, editor: Actor, person: Callable[..., Actor], now: datetime) -> Newsroom:
    return Newsroom(session, editor, person("hoa", Role.APPROVER), now)


def said(session: Session, written: str, day: date = DAY) -> str:
    return standing.reader_on(session, day)(written).text


def rows(session: Session) -> list[GlossaryEntry]:
    return list(session.scalars(select(GlossaryEntry).order_by(GlossaryEntry.id)))


def test_an_entry_is_said_on_its_days_alone(session: Session, editor: Actor, now: datetime) -> None:
    last = DAY + timedelta(days=1)
    entries.add(session, editor, wording(valid_to=last), now=now)
    assert said(session, "Trung tâm VH-TTH") == "Trung tâm văn hóa, truyền thanh, truyền hình"
    assert said(session, "Trung tâm VH-TTH", last) == "Trung tâm văn hóa, truyền thanh, truyền hình"
    assert "VH" in said(session, "Trung tâm VH-TTH", last + timedelta(days=1))
    assert "VH" in said(session, "Trung tâm VH-TTH", DAY - timedelta(days=1))


def test_an_entry_holds_only_in_its_place(session: Session, editor: Actor, now: datetime) -> None:
    entries.add(session, editor, wording("NC", "nhà chờ", context="after= Bến xe ,sân bay"), now=now)
    assert rows(session)[0].context == "after=bến xe,sân bay"
    assert said(session, "Bến xe NC") == "Bến xe nhà chờ"
    assert "NC" in said(session, "bản NC")


def test_what_is_typed_is_cleaned(session: Session, editor: Actor, now: datetime) -> None:
    entry = entries.add(session, editor, wording("  VH\u200b-TTH\n", "văn  ho\u0301a"), now=now)
    assert (entry.written, entry.spoken) == ("VH-TTH", "văn hóa")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (wording(""), "Chữ viết cần từ 1"),
        (wording("x" * 121), "Chữ viết cần từ 1"),
        (wording(spoken=" "), "Cách đọc cần từ 1"),
        (wording(spoken="một " * 200), "Cách đọc cần từ 1"),
        (wording(spoken="tổ 3"), "chữ số"),
        (wording(spoken="tổ ABC"), "viết tắt"),
        (wording(spoken="Facebook"), "phây"),
        (wording(spoken="x"), "chưa đọc được"),
        (wording(context="khi nào"), "điều kiện"),
        (wording(context="after="), "điều kiện"),
        (wording("# x"), "dòng ghi chú"),
        (wording(note="x" * 501), "Ghi chú dài quá"),
        (wording(language="fr"), "Ngôn ngữ"),
        (wording(valid_from=date(1999, 1, 1)), "Ngày bắt đầu"),
        (wording(valid_to=DAY - timedelta(days=1)), "Ngày thôi dùng"),
        (wording("a\ud800b"), "ký tự điều khiển"),
    ],
)
def test_what_cannot_be_used_is_refused(
    session: Session, editor: Actor, now: datetime, wrong: Wording, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        entries.add(session, editor, wrong, now=now)
    assert rows(session) == []


def test_a_change_ends_the_old_entry_and_adds_a_new_one(session: Session, editor: Actor, now: datetime) -> None:
    old = entries.add(session, editor, wording(), now=now)
    later = now + timedelta(hours=1)
    new = entries.change(session, editor, old.id, wording(spoken="văn hóa"), now=later)
    assert [(row.spoken, row.ended_at, row.replaces_id) for row in rows(session)] == [
        ("văn hóa, truyền thanh, truyền hình", later, None),
        ("văn hóa", None, old.id),
    ]
    assert said(session, "VH-TTH") == "văn hóa"
    assert [deed.deed for deed in audit.history(session, "glossary", str(new.id))] == ["glossary-changed"]
    assert entries.change(session, editor, new.id, wording(spoken="văn hóa"), now=later) is new
    assert len(rows(session)) == 2


def test_what_was_ended_is_neither_said_nor_changed_again(session: Session, editor: Actor, now: datetime) -> None:
    old = entries.add(session, editor, wording(), now=now)
    entries.end(session, editor, old.id, now=now)
    assert "VH" in said(session, "VH-TTH")
    for again in (
        lambda: entries.end(session, editor, old.id, now=now),
        lambda: entries.change(session, editor, old.id, wording(spoken="văn hóa"), now=now),
    ):
        with pytest.raises(Conflict, match="tải lại trang"):
            again()
    with pytest.raises(NotFound):
        entries.end(session, editor, old.id + 1, now=now)
    entries.add(session, editor, wording(), now=now)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (wording(spoken="văn hóa"), True),
        (wording(valid_from=DAY + timedelta(days=9)), True),
        (wording(valid_from=DAY + timedelta(days=10)), False),
        (wording(context="name"), False),
        (wording("vh-tth", "văn hóa"), False),
    ],
)
def test_two_entries_cannot_say_one_place_on_one_day(
    session: Session, editor: Actor, now: datetime, other: Wording, *, clash: bool
) -> None:
    entries.add(session, editor, wording(valid_to=DAY + timedelta(days=9)), now=now)
    if clash:
        with pytest.raises(Conflict, match="đã có"):
            entries.add(session, editor, other, now=now)
    else:
        entries.add(session, editor, other, now=now)


def test_only_an_editor_touches_the_glossary(session: Session, person: Callable[..., Actor], now: datetime) -> None:
    entry = entries.add(session, person("lan", Role.EDITOR), wording(), now=now)
    other = person("hoa", Role.APPROVER, Role.OPERATOR, Role.AUDITOR)
    for deed in (
        lambda: entries.add(session, other, wording("A"), now=now),
        lambda: entries.change(session, other, entry.id, wording("A"), now=now),
        lambda: entries.end(session, other, entry.id, now=now),
        lambda: table.import_table(session, other, content=b"a\tb", day=DAY, now=now),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_the_list_is_searched_without_accents(session: Session, editor: Actor, now: datetime) -> None:
    first = entries.add(session, editor, wording("Nặm Cắm", "Nậm Cắm", note="tên bản"), now=now)
    entries.add(session, editor, wording("ĐTX", "đài truyền thanh xã", valid_from=DAY + timedelta(days=1)), now=now)
    entries.add(session, editor, wording("CLB", "câu lạc bộ", valid_to=DAY), now=now)
    entries.end(session, editor, first.id, now=now)

    def found(words: str, day: date = DAY, *, ended: bool = True) -> list[tuple[str, str]]:
        lines = entries.entry_list(session, day=day, words=words, ended=ended)
        return [(line.wording.written, line.standing) for line in lines]

    assert found("") == [("CLB", "in-use"), ("ĐTX", "ahead"), ("Nặm Cắm", "ended")]
    assert found("", DAY + timedelta(days=1), ended=False) == [("CLB", "past"), ("ĐTX", "in-use")]
    assert found("nam CAM") == found("ten ban") == [("Nặm Cắm", "ended")]
    assert found("dai thanh") == [("ĐTX", "ahead")]
    assert found("dai 9") == []
    assert entries.entry_line(session, first.id, day=DAY).ended_by == "Lan"


def test_the_table_goes_out_and_comes_in_again_unchanged(session: Session, editor: Actor, now: datetime) -> None:
    entries.add(session, editor, wording("=1+1", "một cộng một", note="'tên"), now=now)
    entries.add(session, editor, wording("TT", "trạm tin", context="name", valid_to=DAY), now=now)
    out = table.export_table(session)
    assert out.startswith(b"\xef\xbb\xbf# ")
    assert "\r\n'=1+1\tmột cộng một\t\t08/05/2024\t\t''tên\r\n" in out.decode()
    assert table.import_table(session, editor, content=out, day=DAY, now=now) == table.BroughtIn(0, 0, 2)
    for row in rows(session):
        entries.end(session, editor, row.id, now=now)
    assert table.import_table(session, editor, content=out, day=DAY, now=now) == table.BroughtIn(2, 0, 0)
    assert table.export_table(session) == out


def test_the_table_that_goes_out_is_the_glossary_that_the_command_line_reads(
    session: Session, editor: Actor, now: datetime
) -> None:
    entries.add(session, editor, wording("=1+1", "một cộng một", note="'tên"), now=now)
    entries.add(session, editor, wording("XYZ", "xưởng giấy", valid_to=DAY), now=now)
    out = table.export_table(session).decode("utf-8")
    assert read("=1+1, XYZ", Glossary.from_tsv(out, DAY)).text == "một cộng một, xưởng giấy"
    later = read("=1+1, XYZ", Glossary.from_tsv(out, DAY + timedelta(days=1)))
    assert [left.token for left in later.leftovers] == ["XYZ"]


def test_a_file_adds_changes_and_leaves(session: Session, editor: Actor, now: datetime) -> None:
    entries.add(session, editor, wording("MTTQ", "mặt trận", valid_from=date(2024, 1, 1), note="tên tắt"), now=now)
    entries.add(session, editor, wording("CLB", "câu lạc bộ"), now=now)
    content = "MTTQ\tmặt trận\nCLB\tcâu lạc bộ xã\n\n# ghi chú\nNTM\tnông thôn mới\t\t01/07/2024\n".encode("utf-16")
    assert table.import_table(session, editor, content=content, day=DAY, now=now) == table.BroughtIn(1, 1, 1)
    assert said(session, "CLB") == "câu lạc bộ xã"
    assert said(session, "NTM", date(2024, 7, 1)) == "nông thôn mới"
    assert [deed.facts for deed in audit.history(session, "glossary", "*")] == [{"added": 1, "changed": 1}]


def test_a_file_with_bad_rows_tells_each_and_brings_in_nothing(session: Session, editor: Actor, now: datetime) -> None:
    text = "MTTQ\tmặt trận\nUBND\nCLB\tcâu lạc bộ 5\nNTM\tnông thôn mới\t\t31/02/2024\nMTTQ\tmặt trận xã\n"
    with pytest.raises(InvalidInput) as refused:
        table.import_table(session, editor, content=text.encode(), day=DAY, now=now)
    told = str(refused.value)
    assert "chưa nhập dòng nào" in told
    for line in (
        "dòng 2: có 1 cột",
        "dòng 3: Mục “CLB”",
        "dòng 4: ngày “31/02/2024”",
        "dòng 5: “MTTQ” trùng ngày với dòng 1",
    ):
        assert line in told
    assert rows(session) == []


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"# only\n", b"\xff\xfe\x00", b"\x80\x81\tx", b"a\x00\tb", b"PK\x03\x04\x14", b"a" * 2_000_000],
)
def test_a_file_that_is_none_of_ours_is_refused(session: Session, editor: Actor, now: datetime, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        table.import_table(session, editor, content=content, day=DAY, now=now)
    assert rows(session) == []


def test_a_row_that_meets_two_entries_is_told_before_anything_is_kept(
    session: Session, editor: Actor, now: datetime
) -> None:
    entries.add(session, editor, wording("CLB", "câu lạc bộ", valid_to=DAY), now=now)
    entries.add(session, editor, wording("CLB", "câu lạc bộ xã", valid_from=DAY + timedelta(days=1)), now=now)
    with pytest.raises(InvalidInput, match="dòng 2: trùng ngày với 2 mục"):
        table.import_table(
            session, editor, content="NTM\tnông thôn mới\nCLB\tcâu lạc bộ mới".encode(), day=DAY, now=now
        )
    assert len(rows(session)) == 2


def test_the_database_refuses_to_rewrite_an_entry(
    maker: sessionmaker[Session], session: Session, editor: Actor, now: datetime
) -> None:
    entry = entries.add(session, editor, wording(), now=now)
    entries.end(session, editor, entry.id, now=now)
    entries.add(session, editor, wording("B", "bê"), now=now)
    session.commit()
    for statement in (
        "UPDATE glossary_entry SET spoken = 'x'",
        "UPDATE glossary_entry SET ended_at = NULL, ended_by = NULL WHERE ended_at IS NOT NULL",
        "DELETE FROM glossary_entry",
    ):
        with pytest.raises(DBAPIError, match="only grow"), maker.begin() as other:
            other.execute(text(statement))


@pytest.mark.parametrize("number", [1, 2])
def test_no_insert_takes_the_place_of_an_entry(
    maker: sessionmaker[Session], session: Session, editor: Actor, now: datetime, number: int
) -> None:
    kept = entries.add(session, editor, wording(), now=now)
    session.commit()
    verb = "INSERT OR REPLACE" if session.get_bind().dialect.name == "sqlite" else "INSERT"
    columns = (
        "written, 'x', context, note, language, valid_from, valid_to, replaces_id, created_by, created_at, NULL, NULL"
    )
    taking = f"{verb} INTO glossary_entry SELECT {kept.id - 1 + number}, {columns} FROM glossary_entry"  # noqa: S608 - fixed texts of this test
    with pytest.raises(DBAPIError), maker.begin() as other:
        other.execute(text(taking))
    with maker() as other:
        assert [row.spoken for row in rows(other)] == [kept.spoken]


def test_two_people_who_add_the_same_at_once_meet_a_conflict(session: Session, editor: Actor, now: datetime) -> None:
    entries.put(session, editor, wording(), now=now)
    with pytest.raises(Conflict, match="vừa thêm"):
        entries.put(session, editor, wording(spoken="văn hóa"), now=now)
    assert len(rows(session)) == 1


def test_an_entry_that_no_rule_can_use_any_more_is_named(session: Session, editor: Actor, now: datetime) -> None:
    entries.put(session, editor, wording("MTTQ", "mặt trận"), now=now)
    entries.put(session, editor, wording("CLB", "câu lạc bộ 5"), now=now)
    with pytest.raises(Conflict, match="“CLB” không dùng được nữa"):
        standing.reader_on(session, DAY)


def hands(session: Session, bulletin_id: str) -> set[tuple[str, str]]:
    told = session.execute(
        select(Contributor.person_id, Contributor.deed).where(Contributor.bulletin_id == bulletin_id)
    )
    return {(person, deed) for person, deed in told}


def submit(room: Newsroom, bulletin_id: str) -> None:
    reader = standing.reader_on(room.session, DAY)
    writing.submit(room.session, room.editor, bulletin_id=bulletin_id, reader=reader, now=room.now)


def test_whoever_set_a_used_reading_cannot_approve(room: Newsroom, both: Actor, person: Callable[..., Actor]) -> None:
    unused = person("unused", Role.EDITOR, Role.APPROVER)
    entries.add(room.session, both, wording("ABCXY", "văn hóa"), now=room.now)
    entries.add(room.session, unused, wording("MNPQR", "mặt trận"), now=room.now)
    bulletin_id = room.write(title="Họp", script="Trung tâm ABCXY mời họp.").bulletin_id
    with pytest.raises(HasLeftovers):
        writing.submit(room.session, room.editor, bulletin_id=bulletin_id, now=room.now)
    submit(room, bulletin_id)
    assert (both.id, "glossary") in hands(room.session, bulletin_id)
    assert unused.id not in {person_id for person_id, _ in hands(room.session, bulletin_id)}
    recording = room.render()
    room.hear(recording, actor=both)
    with pytest.raises(FourEyes):
        room.approve(bulletin_id, actor=both, shown="x")


def test_an_entry_in_the_title_is_a_hand_too_whenever_it_comes(room: Newsroom, both: Actor) -> None:
    bulletin_id = room.write(title="Họp ở ABCXY", script="Mời bà con.").bulletin_id
    submit(room, bulletin_id)
    assert (both.id, "glossary") not in hands(room.session, bulletin_id)
    entries.add(room.session, both, wording("ABCXY", "văn hóa"), now=room.now)
    work = recordings.claim_rendering(
        room.session,
        owner="máy",
        now=room.now,
        lease=timedelta(minutes=1),
        reader=standing.reader_on(room.session, DAY),
    )
    assert work is not None
    assert work.headline == ("Họp ở văn hóa",)
    assert (both.id, "glossary") in hands(room.session, bulletin_id)
    recordings.record_rendering(room.session, work=work, owner="máy", rendered=rendered(), now=room.now)


def test_an_approved_reading_stays_whatever_the_glossary_says_later(room: Newsroom) -> None:
    entry = entries.add(room.session, room.editor, wording("ABCXY", "văn hóa"), now=room.now)
    bulletin_id = room.write(script="Trung tâm ABCXY mời họp.", valid_from=FROM).bulletin_id
    submit(room, bulletin_id)
    entries.change(room.session, room.editor, entry.id, wording("ABCXY", "truyền thanh"), now=room.now)
    room.hear(room.render())
    room.approve(bulletin_id)
    assert room.page(bulletin_id).revision.paragraphs[0][0].spoken == "Trung tâm văn hóa mời họp."
