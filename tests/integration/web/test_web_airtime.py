"""A directive's page says what of it sounded and where; deadlines that come near stand on first pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.db.bulletins import Bulletin, Revision
from scheduler.db.letters import Directive, Obligation


@pytest.fixture
def letter(network, stage) -> str:
    """A letter whose first obligation is the loudspeakers', two days before its deadline; returns its address."""
    deadline = network.today + timedelta(days=2)
    with stage.centre.writers.begin() as session:
        session.add(
            Directive(
                id="letter",
                file_sha256="0" * 64,
                file_name="cong-van.txt",
                file_bytes=9,
                symbol="UBND-<VH>",
                subject="tuyên truyền <b>",
                recipients=[],
                bases=[],
                warnings=[],
                imported_by=stage.people["editor"],
                imported_at=network.now,
                obligations=[
                    Obligation(
                        ordinal=1,
                        addressee="Đài",
                        actions=[],
                        deadlines=[deadline.isoformat()],
                        broadcasting=True,
                    )
                ],
            )
        )
    return "/van-ban/letter"


def answering(stage, bulletin_id: str) -> str:
    """Let an approved bulletin be one that answers the letter's obligation."""
    with stage.centre.writers.begin() as session:
        old = session.query(Revision).filter_by(bulletin_id=bulletin_id).one()
        obligation = session.query(Obligation).one()
        draft = Revision(
            bulletin_id=bulletin_id,
            number=2,
            state="draft",
            title=old.title,
            bulletin_class="normal",
            language="vi",
            valid_from=old.valid_from,
            script=old.script,
            script_sha256=old.script_sha256,
            author_id=old.author_id,
            directive_id="letter",
            obligation_id=obligation.id,
            created_at=old.created_at,
            saved_at=old.saved_at,
        )
        session.add(draft)
        assert session.get_one(Bulletin, bulletin_id)
    return bulletin_id


def test_a_directive_says_what_of_it_sounded_and_where_not(letter, sign_in, network, stage):
    bulletin = answering(stage, stage.approved())
    programme = network.programme(bulletin)
    network.aired(programme, network.near)
    network.one_off(programme, network.far, network.now + timedelta(days=5))
    page = sign_in("auditor").get(letter).text
    for told in (
        "1 nhiệm vụ có phần truyền thanh: 1 đang thiếu",
        "Nhiệm vụ 1: 1/2 cụm loa đã phát đủ 1 bản tin, 1 lượt; ",
        "1 cụm loa chưa phát và chưa có trong lịch: Cụm loa bản xa",
        "còn 2 ngày",
        "Thiếu 1 bản tin",
        "Đã phát đủ",
        "1 lượt có trong lịch sau hạn",
    ):
        assert told in page
    assert page.index("Xã Lạn thử") < page.index("Xã Búng thử")  # what lacks something stands first
    assert "<b>" not in page


def test_leaders_take_the_account_along(letter, sign_in, network, stage):
    answering(stage, stage.approved())
    answer = sign_in("approver").get(f"{letter}/do-phu.csv")
    assert answer.mimetype == "text/csv"
    text = answer.data.decode("utf-8-sig")
    assert text.count("Thiếu") == 2
    assert "Cụm loa bản xa" in text
    assert sign_in("approver").get("/van-ban/khac/do-phu.csv").status_code == 404


@pytest.mark.parametrize(
    ("who", "path"), [("editor", "/"), ("approver", "/cho-duyet"), ("auditor", "/nhat-ky"), ("both", "/")]
)
def test_a_deadline_that_comes_near_stands_on_the_first_page(who, path, letter, sign_in):
    page = sign_in(who).get(path, follow_redirects=True).text
    assert "Còn 2 ngày, hạn trước" in page
    assert "chưa có bản tin nào được duyệt" in page
    assert "UBND-&lt;VH&gt;, nhiệm vụ 1: tuyên truyền &lt;b&gt;" in page


def test_others_and_met_obligations_are_not_reminded(letter, sign_in, network, stage):
    assert "hạn trước" not in sign_in("operator").get("/", follow_redirects=True).text
    programme = network.programme(answering(stage, stage.approved()))
    network.aired(programme, network.near)
    assert "1 cụm loa chưa phát và chưa có trong lịch: Cụm loa bản xa" in sign_in("editor").get("/").text
    network.one_off(programme, network.far, network.now + timedelta(hours=3))
    assert "hạn trước" not in sign_in("editor").get("/").text


def test_an_hour_that_is_over_is_over_on_the_letters_page(network, stage, letter, sign_in) -> None:
    over = network.now.astimezone(stage.centre.settings.tz) - timedelta(minutes=1)
    with stage.centre.writers.begin() as session:
        obligation = session.query(Obligation).one()
        obligation.actions = [f"Báo cáo trước {over.hour} giờ {over.minute} phút ngày {over:%d/%m/%Y}"]
        obligation.deadlines = [over.date().isoformat()]
    page = sign_in("editor").get(letter).text
    assert "đã quá hạn" in page
    assert "đã qua<" in page
    assert "1 ngày" not in page
