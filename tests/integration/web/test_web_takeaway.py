"""What people take along: a day's playlist as M3U8 and XSPF, and the sheet for the wall."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest

from web import door

XSPF = "{http://xspf.org/ns/0/}"


@pytest.fixture
def tomorrow(network):
    return network.today + timedelta(days=1)


@pytest.fixture
def sound(stage, network, tomorrow):
    """A session tomorrow with an approved bulletin, one that nobody approved, and another that was taken out."""
    programme = network.programme(stage.approved(title="Giữ an toàn <tài khoản>"), stage.draft(title="Lịch tiêm phòng"))
    start = network.now + timedelta(days=1)
    if start.astimezone(network.centre.settings.tz).hour > 21:
        start -= timedelta(hours=3)
    network.one_off(programme, network.near, start, title="Buổi <chiều>")
    return start.astimezone(network.centre.settings.tz)


def address(network, ending, day):
    return f"/hom-nay/{network.near}/danh-sach-phat.{ending}?ngay={day}"


def test_m3u8_names_each_item_with_its_hour_length_and_sound(sign_in, network, sound):
    operator = sign_in("operator")
    answer = operator.get(address(network, "m3u8", sound.date()))
    assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="danh-sach-phat-{sound.date()}.m3u8"'
    head, told, link = answer.text.splitlines()
    assert head == "#EXTM3U"
    assert told == f"#EXTINF:61,{sound:%H:%M:%S} Giữ an toàn <tài khoản>"
    assert re.fullmatch(r"http://localhost/am-thanh/[0-9a-f]{64}\.mp3", link)
    heard = operator.get(link.removeprefix("http://localhost"))
    assert heard.data == b"ID3 one sound"


def test_the_sounds_are_for_who_is_signed_in(sign_in, client, network, sound):
    link = sign_in("operator").get(address(network, "m3u8", sound.date())).text.splitlines()[2]
    assert client.get(link.removeprefix("http://localhost")).status_code == 302


def test_xspf_is_read_back(sign_in, network, sound):
    answer = sign_in("auditor").get(address(network, "xspf", sound.date()))
    assert answer.headers["Content-Type"] == "application/xspf+xml; charset=utf-8"
    tree = ET.fromstring(answer.data)  # noqa: S314 - our own answer
    (track,) = tree.iter(f"{XSPF}track")
    assert track.findtext(f"{XSPF}title") == f"{sound:%H:%M:%S} Giữ an toàn <tài khoản>"
    assert track.findtext(f"{XSPF}duration") == "61000"
    assert tree.findtext(f"{XSPF}title", "").startswith("Cụm loa trung tâm, ")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("danh-sach-phat.m3u8?ngay=01/01/2024", 409, "không có mục nào để phát"),
        ("danh-sach-phat.m3u8?ngay=x", 400, "hãy ghi ngày/tháng/năm"),
        ("danh-sach-phat.m3u8?ngay=9999-12-31", 400, "hãy chọn một ngày gần hơn"),
        ("danh-sach-phat.mp3", 404, "dạng danh sách phát này"),
        ("to-dan-tuong?ngay=x", 400, "hãy ghi ngày/tháng/năm"),
    ],
)
def test_what_cannot_be_had_is_told(path, status, words, sign_in, network):
    answer = sign_in("operator").get(f"/hom-nay/{network.near}/{path}")
    assert answer.status_code == status
    assert words in answer.text


def test_the_operators_page_leads_to_all_of_it(sign_in, network, sound):
    page = sign_in("operator").get(f"/hom-nay/{network.near}?ngay={sound.date()}").text
    for ending in ("danh-sach-phat.m3u8", "danh-sach-phat.xspf", "to-dan-tuong"):
        assert f"/hom-nay/{network.near}/{ending}?ngay={sound.date()}" in page
    assert f"/cum-loa/{network.near}/lich" in page
    empty = sign_in("auditor").get(f"/hom-nay/{network.near}?ngay=01/01/2024").text
    assert "danh-sach-phat" not in empty
    assert f"/cum-loa/{network.near}/lich" not in empty


def test_the_sheet_of_a_day_tells_every_item_with_its_hour(sign_in, network, sound):
    page = sign_in("operator").get(f"/hom-nay/{network.near}/to-dan-tuong?ngay={sound.date()}").text
    assert "LỊCH PHÁT THANH TRONG NGÀY" in page
    assert "Buổi &lt;chiều&gt;" in page
    assert f'<span class="loa-num">{sound:%H:%M:%S}</span>' in page
    assert "Giữ an toàn &lt;tài khoản&gt;" in page
    assert "Để lại: Lịch tiêm phòng (chưa được duyệt kịp giờ)." in page
    assert "Khi loa không phát" in page
    assert "Kỹ thuật:" in page


def test_the_sheet_of_a_week_has_a_row_for_each_day(sign_in, network, sound):
    page = sign_in("operator").get(f"/hom-nay/{network.near}/to-dan-tuong?so-ngay=7").text
    assert "LỊCH PHÁT THANH 7 NGÀY" in page
    assert page.count("<tbody>") == 7
    assert page.count("Không có buổi phát.") == 6
    assert "Giữ an toàn &lt;tài khoản&gt;" in page
    later = sign_in("operator").get(
        f"/hom-nay/{network.near}/to-dan-tuong?so-ngay=7&ngay={network.today + timedelta(days=5)}"
    )
    assert later.text.count("Chưa xếp lịch.") == 5


def test_whom_to_call_is_the_organisations_own_word(app, sign_in, network, monkeypatch):
    centre = app.extensions[door.CENTRE]
    told = replace(centre.settings, contact="Anh Lò Văn A, 0215 000 000")
    monkeypatch.setitem(app.extensions, door.CENTRE, replace(centre, settings=told))
    page = sign_in("operator").get(f"/hom-nay/{network.near}/to-dan-tuong").text
    assert "Anh Lò Văn A, 0215 000 000" in page
    assert "Kỹ thuật:" not in page


def test_a_place_that_is_not_ones_own_is_not_printed(sign_in, network):
    assert sign_in("operator").get("/hom-nay/x/to-dan-tuong").status_code == 404
    assert sign_in("nobody").get(f"/hom-nay/{network.near}/to-dan-tuong").status_code == 403
