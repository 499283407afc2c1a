"""The air log's pages: rows, filters, the file, an airing's story, and the ledger behind them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text

from scheduler.services import audit
from scheduler.services.ledger_seal import ledger_state
from web import close_app, create_app, door


@pytest.fixture
def aired(stage, network):
    """An airing of an hour ago that sounded whole."""
    return network.aired(network.programme(stage.approved(title="Giữ an toàn <tài khoản>")), network.near)


def test_the_log_tells_what_sounded(sign_in, network, aired):
    page = sign_in("auditor").get("/nhat-ky").text
    assert "Giữ an toàn &lt;tài khoản&gt;" in page
    assert "Đã phát" in page
    assert "+0,02" in page
    assert "Xã Búng thử" in page
    assert f"/nhat-ky/buoi/{aired}" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tim=giu+an+toan", True),
        ("tim=khong+co", False),
        ("ket-qua=da-phat", True),
        ("ket-qua=khong-phat-duoc", False),
        ("don-vi=03301", True),
        ("don-vi=03313", False),
        ("tu=01/01/2024&den=31/01/2024", False),
        ("tu=x&den=y", True),
        ("tu=01/01/0001&den=31/12/9999", True),
        ("trang=999", True),
        ("trang=-1", True),
        ("trang=x", True),
        ("in=1", True),
    ],
)
def test_filters_let_through_what_they_name(query, found, sign_in, network, aired):
    answer = sign_in("auditor").get(f"/nhat-ky?{query}")
    assert answer.status_code == 200
    assert (f"/nhat-ky/buoi/{aired}" in answer.text) is found


def test_a_day_that_is_no_day_is_told_beside_its_field(sign_in, network):
    page = sign_in("auditor").get("/nhat-ky?tu=31/02/2024").text
    assert "Từ ngày: hãy ghi ngày/tháng/năm" in page
    assert 'value="31/02/2024"' in page


def test_the_file_holds_the_rows_that_the_page_shows(sign_in, network, aired):
    answer = sign_in("auditor").get("/nhat-ky/nhat-ky-phat-song.csv?ket-qua=da-phat")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "Giữ an toàn <tài khoản>" in rows[1]
    assert "đã phát" in rows[1]


def test_the_story_goes_from_the_script_to_the_ledger(sign_in, network, aired):
    page = sign_in("auditor").get(f"/nhat-ky/buoi/{aired}").text
    steps = ["Lời bản tin, lần sửa 1", "Duyệt", "Bắt đầu buổi phát", "Hết buổi phát", "Ghi sổ, mục"]
    assert [page.index(step) for step in steps] == sorted(page.index(step) for step in steps)
    assert "Khớp từ đầu đến cuối" in page
    assert "Xã Búng thử, Tỉnh thử" in page


def test_the_story_of_what_is_only_planned_can_be_read(sign_in, stage, network):
    airing_id = network.one_off(network.programme(stage.draft()), network.near, network.now + timedelta(hours=1))
    answer = sign_in("auditor").get(f"/nhat-ky/buoi/{airing_id}?muc=99")
    assert answer.status_code == 200
    assert "Chưa đủ hồ sơ" in answer.text


def test_a_story_that_is_not_there_is_not_found(sign_in, network):
    assert sign_in("auditor").get("/nhat-ky/buoi/khong-co").status_code == 404


def test_the_ledger_tells_its_lines_in_words(sign_in, network, aired):
    page = sign_in("auditor").get("/so").text
    assert "Phát xong" in page
    assert "Kết quả phát" in page
    assert "Xếp buổi phát riêng: Phát bù" in page
    assert sign_in("admin").get("/so?trang=99").status_code == 200


def test_whoever_checks_is_told_that_the_ledger_is_whole(sign_in, network, aired):
    auditor = sign_in("auditor")
    assert "chưa kiểm lần nào" in auditor.get("/nhat-ky").text
    answer = auditor.post("/so/kiem", data={"back": "story", "airing": aired})
    assert answer.headers["Location"] == f"/nhat-ky/buoi/{aired}"
    page = auditor.get(answer.headers["Location"]).text
    assert "Sổ nguyên vẹn: đã kiểm đủ" in page
    with network.centre.readers() as session:
        assert f"{audit.head(session).seq}" in page.replace(".", "")


def test_the_last_check_outlives_the_application(app, sign_in, network, aired):
    sign_in("auditor").post("/so/kiem", data={"back": "ledger"})
    again = create_app(network.centre.settings)
    try:
        with again.test_request_context(), again.extensions[door.CENTRE].readers() as session:
            last = ledger_state(session).last
    finally:
        close_app(again)
    assert last is not None
    assert (last.person_name, last.broken) == ("Người auditor", None)
    page = sign_in("auditor").get("/so").text
    assert f"Kiểm sổ: nguyên vẹn đến mục {last.head.seq}" in page


def test_a_ledger_that_somebody_changed_is_told_to_everybody(app, sign_in, network, aired):
    with network.centre.engine.begin() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE ledger_entry SET line = replace(line, 'Phát bù', 'Phát bớt') WHERE seq > 1"))
    auditor = sign_in("auditor")
    auditor.post("/so/kiem", data={"back": "airlog"})
    assert "Sổ không còn nguyên vẹn" in auditor.get("/nhat-ky").text
    assert "Sổ không còn nguyên vẹn" in sign_in("editor").get("/nhat-ky").text


def test_a_way_back_that_is_none_of_ours_leads_to_the_ledger(sign_in, network):
    answer = sign_in("auditor").post("/so/kiem", data={"back": "https://example.org"})
    assert answer.headers["Location"] == "/so"


@pytest.mark.parametrize("who", ["editor", "approver", "operator", "nobody"])
def test_the_ledger_is_for_auditors_and_admins(who, sign_in, network):
    assert sign_in(who).get("/so").status_code == 403
    assert sign_in(who).post("/so/kiem").status_code == 403
