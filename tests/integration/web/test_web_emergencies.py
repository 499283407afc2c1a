"""Emergencies through the pages: ordered by an editor, released by an approver, watched by all, withdrawn at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from web_network import Network

from scheduler.db.emergencies import UrgentDispatch
from scheduler.db.planning import Airing


def order(network: Network, **changes: object) -> dict[str, object]:
    return {
        "bulletin": "", "seen": "", "kind": "bulletin", "title": "Lũ về", "script": "Lũ đang về. Lên chỗ cao.",
        "class": "emergency", "language": "vi", "valid-from": f"{network.today:%d/%m/%Y}", "valid-to": "",
        "directive": "", "obligation": "", "emergency-where": "all", "emergency-times": "3", "emergency-every": "10",
        "emergency-valid": "60", "do": "submit",
    } | changes  # fmt: skip


def written(browser: FlaskClient, network: Network, **changes: object) -> str:
    answer = browser.post("/ban-tin/luu", data=order(network, **changes))
    assert answer.status_code == 303, answer.text
    found = re.search(r"/ban-tin/([0-9a-f-]{36})", answer.headers["Location"])
    assert found
    return found[1]


@pytest.fixture
def waiting(sign_in, stage, network) -> str:
    """An emergency for the whole network, with its sound, heard by the approver; nobody has decided yet."""
    bulletin_id = written(sign_in("editor"), network)
    stage.render()
    stage.hear(bulletin_id)
    return bulletin_id


def approve(browser: FlaskClient, bulletin_id: str, stations: str | None):
    page = browser.get(f"/cho-duyet/{bulletin_id}").text
    shown = {name: re.search(rf'name="{name}" value="([0-9a-f]{{64}})"', page) for name in ("shown", "there")}
    data = {name: found[1] for name, found in shown.items() if found} | (
        {"stations": stations} if stations is not None else {}
    )
    return browser.post(f"/cho-duyet/{bulletin_id}/duyet", data=data)


def test_no_programme_takes_an_emergency(sign_in, network):
    editor = sign_in("editor")
    ordinary = written(editor, network, title="Họp chợ", **{"class": "normal", "do": "save"})
    emergency = written(editor, network, do="save")
    builder = editor.get("/lich-phat/chuong-trinh/moi").text
    assert f"bulletin|{ordinary}|vi" in builder
    assert emergency not in builder


class TestOrder:
    def test_the_editor_chooses_where_how_often_and_how_long(self, sign_in, stage, network):
        browser = sign_in("editor")
        page = browser.get("/ban-tin/moi").text
        assert '<option value="emergency"' in page
        assert "Xã Búng thử (1 cụm loa)" in page
        unit = "03301@2020-01-01"
        changes = {
            "emergency-where": "chosen", "emergency-unit": [unit], "emergency-station": [network.far],
            "emergency-every": "20", "emergency-drill": "yes", "do": "save",
        }  # fmt: skip
        bulletin_id = written(browser, network, **changes)
        kept = stage.page(bulletin_id).revision.emergency
        assert (kept.times, kept.every, kept.valid_for, kept.drill) == (
            3, timedelta(minutes=20), timedelta(hours=1), True,
        )  # fmt: skip
        again = browser.get(f"/ban-tin/{bulletin_id}/sua").text
        for told in (
            f'value="{unit}" checked',
            f'value="{network.far}" checked',
            'name="emergency-every" type="number"',
        ):
            assert told in again

    def test_an_order_for_nowhere_is_kept_and_not_handed_over(self, sign_in, network):
        browser = sign_in("editor")
        answer = browser.post("/ban-tin/luu", data=order(network, **{"emergency-where": "chosen"}))
        assert answer.status_code == 422
        assert "Tin khẩn cấp cần nơi phát" in answer.text

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"emergency-times": "0"}, "từ 1 đến 48 lần"),
            ({"emergency-times": "nhiều"}, "Số lần phát"),
            ({"emergency-every": "0"}, "ít nhất 1 phút"),
            ({"emergency-valid": "1441"}, "24 giờ"),
            ({"emergency-times": "8"}, "Lần phát cuối"),
            ({"emergency-where": "chosen", "emergency-unit": ["03301"]}, "Đơn vị đã chọn không đúng"),
            ({"emergency-where": "chosen", "emergency-station": ["x"]}, "Cụm loa đã chọn không đúng"),
        ],
    )
    def test_a_mistake_is_told_beside_what_was_typed(self, sign_in, network, changes, told):
        answer = sign_in("editor").post("/ban-tin/luu", data=order(network, **changes))
        assert answer.status_code == 422
        assert told in answer.text


class TestRelease:
    def test_the_approver_sees_what_goes_out_and_confirms_where(self, sign_in, waiting):
        browser = sign_in("approver")
        queue = browser.get("/cho-duyet").text
        assert "KHẨN CẤP" in queue
        page = browser.get(f"/cho-duyet/{waiting}").text
        for told in (
            "TIN THẬT: duyệt là phát ngay", "2</span> cụm loa</strong>, toàn mạng", "Cụm loa bản xa",
            "3 lần, cách nhau 10 phút", "1 giờ kể từ lúc duyệt", 'name="stations"',
        ):  # fmt: skip
            assert told in page, told
        assert 'data-key="d"' not in page

    @pytest.mark.parametrize("typed", [None, "", "1", "14", "hai"])
    def test_no_click_by_accident_releases_it(self, sign_in, stage, waiting, typed):
        answer = approve(sign_in("approver"), waiting, typed)
        assert answer.status_code == 422
        assert "Duyệt là phát ngay ở 2 cụm loa" in answer.text
        with stage.centre.readers() as session:
            assert session.scalars(select(Airing)).all() == []

    def test_it_is_released_watched_and_withdrawn(self, sign_in, stage, waiting, network):
        browser = sign_in("approver")
        answer = approve(browser, waiting, "2")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/khan-cap")
        page = browser.get("/khan-cap").text
        assert "Đã duyệt và phát ngay tại 2 cụm loa" in page
        assert "ĐANG PHÁT KHẨN CẤP tại 2 cụm loa: Lũ về (2 chưa nhận lệnh)" in page
        assert page.count("Chưa nhận lệnh") == 3  # the tally and two stations
        sequence = network.dispatched(network.near)
        network.heard_from(network.near, sequence)
        page = browser.get("/khan-cap").text
        assert "Đã nhận lệnh" in page
        assert "Lũ về (1 đã nhận lệnh, 1 chưa nhận lệnh)" in page
        for username in ("editor", "operator", "auditor", "admin"):
            watched = sign_in(username).get("/khan-cap").text
            assert "Thu hồi, dừng ngay" not in watched
            assert sign_in(username).get("/", follow_redirects=True).text.count("ĐANG PHÁT KHẨN CẤP") == 1
        assert sign_in("editor").post(f"/khan-cap/{waiting}/thu-hoi").status_code == 403
        stopped = browser.post(f"/khan-cap/{waiting}/thu-hoi", data={"reason": "Báo nhầm"}, follow_redirects=True)
        assert "Đã thu hồi" in stopped.text
        assert "ĐANG PHÁT KHẨN CẤP" not in stopped.text
        with stage.centre.readers() as session:
            rows = list(session.scalars(select(Airing)))
            # One station was told, and the first turn has come: what became of that, it says itself.
            assert [row.station_id for row in rows if row.cancel_reason is None] == [network.near]
            assert len([row for row in rows if row.cancel_reason == "Báo nhầm"]) == 5
            reasons = [row.reason for row in session.scalars(select(UrgentDispatch))]
        assert reasons.count("emergency") == 2
        assert reasons.count("withdrawal") >= 2

    def test_a_drill_says_so_everywhere(self, sign_in, stage, network):
        bulletin_id = written(sign_in("editor"), network, **{"emergency-drill": "yes"})
        stage.render()
        stage.hear(bulletin_id)
        browser = sign_in("approver")
        assert "Diễn tập khẩn cấp" in browser.get("/cho-duyet").text
        assert "DIỄN TẬP: duyệt là phát ngay" in browser.get(f"/cho-duyet/{bulletin_id}").text
        assert approve(browser, bulletin_id, "2").status_code == 303
        assert "DIỄN TẬP KHẨN CẤP tại 2 cụm loa" in browser.get("/khan-cap").text
        assert "diễn tập" in browser.get(f"/hom-nay/{network.near}", follow_redirects=True).text.lower()

    def test_its_writer_is_told_that_somebody_else_must_decide(self, sign_in, stage, network):
        bulletin_id = written(sign_in("both"), network)
        stage.render()
        page = sign_in("both").get(f"/cho-duyet/{bulletin_id}").text
        assert "Bạn không duyệt được bản tin này" in page
        assert 'name="stations"' not in page
