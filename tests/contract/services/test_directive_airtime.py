"""From a directive to airtime: what sounded before the deadline and where, and what is reminded of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World, utc
from sqlalchemy.orm import Session

from playlists.obligations import Verdict
from scheduler.db.letters import Directive, Obligation
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import NotFound
from scheduler.letters.dates import Deadline
from scheduler.services import intake, planning
from scheduler.services.airtime.directive import DirectiveAirtime, ObligationAirtime, directive_airtime
from scheduler.services.airtime.reminders import Reminder, reminders
from scheduler.services.airtime.table import HEADERS, airtime_csv
from scheduler.services.airtime.words import overall, sentence
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
OVER = START + timedelta(minutes=30)
TENTH = Deadline(date(2024, 5, 10), datetime(2024, 5, 10))  # noqa: DTZ001 - local, as the letter says it


class Office:
    """A letter of three obligations: one with a deadline, ours without, one that is nobody's on the loudspeakers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.near, self.far = world.station("Cụm gần"), world.station("Cụm xa", "03302")
        self.letter = Directive(
            id="letter",
            file_sha256="0" * 64,
            file_name="cong-van.txt",
            file_bytes=9,
            symbol="UBND-VHTT",
            subject="tuyên truyền",
            recipients=[],
            bases=[],
            warnings=[],
            imported_by=world.editor.id,
            imported_at=world.now,
        )
        self.letter.obligations = [
            Obligation(ordinal=1, addressee="Các xã", actions=[], deadlines=["2024-05-10"], broadcasting=False),
            Obligation(ordinal=2, addressee="Đài", actions=[], deadlines=[], broadcasting=True),
            Obligation(ordinal=3, addressee="Công an", actions=[], deadlines=["2024-05-14"], broadcasting=False),
        ]
        world.session.add(self.letter)
        world.session.flush()

    def bulletin(self, title: str, ordinal: int | None = 2, **facts: object) -> str:
        """An approved bulletin that answers an obligation, or the letter as a whole."""
        obligation = None if ordinal is None else self.letter.obligations[ordinal - 1].id
        return self.world.bulletin(title, directive_id="letter", obligation_id=obligation, **facts)

    def planned(self, station: Station, *bulletins: str, at: datetime = START) -> Airing:
        """A session of these bulletins there."""
        programme = self.world.programme(*(("bulletin", each) for each in bulletins))
        (airing,) = self.world.one_off([station], programme, at)
        return airing

    def sounded(self, station: Station, *bulletins: str, upto: int | None = None) -> None:
        """A session that sounded at START, whole or cut in its item ``upto``."""
        airing = self.planned(station, *bulletins)
        issue = self.world.issue(station)
        assert issue is not None
        tape = self.world.tape(station)
        tape.play(airing, issue.sequence, [60] * len(bulletins), upto=upto)
        intake.receive_batch(self.world.session, station=station, envelope=tape.sealed(), now=OVER)

    def told(self, now: datetime | None = None) -> DirectiveAirtime:
        """The account as of ``now``."""
        at = now or self.world.now
        return directive_airtime(self.world.session, "letter", zone=ZONE, allowance=ALLOWANCE, now=at)

    def ours(self, now: datetime | None = None) -> ObligationAirtime:
        """The account of the obligation that concerns the loudspeakers."""
        return next(each for each in self.told(now).obligations if each.ordinal == 2)

    def reminded(self, now: datetime | None = None, days: tuple[int, ...] = (3, 1)) -> list[Reminder]:
        """What is reminded of."""
        at = now or self.world.now
        return reminders(self.world.session, days=days, zone=ZONE, allowance=ALLOWANCE, now=at)


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    return Office(World(session, now))


def verdicts(told: ObligationAirtime) -> dict[str, Verdict]:
    return {each.name: each.cover.verdict for each in told.stations}


def test_only_what_concerns_the_loudspeakers_is_accounted_for(office: Office) -> None:
    (ours,) = office.told().obligations
    assert (ours.ordinal, ours.deadline, ours.own, ours.days_left, ours.over) == (2, TENTH, False, 2, False)
    assert (ours.verdict, ours.counted) == (Verdict.NOTHING, 0)
    assert sentence(ours) == (
        "Nhiệm vụ 2: chưa có bản tin nào được duyệt; còn 2 ngày, hạn của văn bản trước 10/5/2024."
    )
    office.bulletin("Của nhiệm vụ 1", 1)
    assert [(each.ordinal, each.own) for each in office.told().obligations] == [(1, True), (2, False)]


def test_what_sounded_is_told_station_by_station(office: Office) -> None:
    one, two = office.bulletin("Một"), office.bulletin("Hai")
    office.sounded(office.near, one, two)
    office.planned(office.far, one, at=START + timedelta(days=1))
    told = office.ours(OVER)
    assert verdicts(told) == {"Cụm gần": Verdict.COVERED, "Cụm xa": Verdict.SHORT}
    near, far = (each.cover for each in told.stations)
    assert (near.aired, near.airings_aired) == ({one, two}, 2)
    assert (far.coming, far.missing, far.airings_planned) == ({one}, {two}, 1)
    assert {each.line.title: each.stations for each in told.bulletins} == {"Một": 1, "Hai": 1}
    assert [(unit.place.unit_name, unit.verdict) for unit in told.units] == [
        ("Xã Búng Lao cũ", Verdict.COVERED),
        ("Xã Xuân Lao", Verdict.SHORT),
    ]
    assert sentence(told) == (
        "Nhiệm vụ 2: 1/2 cụm loa đã phát đủ 2 bản tin, 2 lượt; 1 cụm loa còn thiếu bản tin: Cụm xa; "
        "còn 2 ngày, hạn của văn bản trước 10/5/2024."
    )
    assert overall(office.told(OVER)) == "1 nhiệm vụ có phần truyền thanh: 1 đang thiếu."


def test_settled_or_not_the_account_is_the_same(office: Office) -> None:
    one, two = office.bulletin("Một"), office.bulletin("Hai")
    office.sounded(office.near, one, two, upto=1)
    live = office.ours(OVER)
    settle(office.world.session, now=START + timedelta(hours=2), reporting_allowance=ALLOWANCE)
    settled = office.ours(START + timedelta(hours=2))
    for told in (live, settled):
        cover = told.stations[0].cover
        assert (cover.aired, cover.missing, cover.failed, cover.unknown) == ({one}, {two}, 1, 0)


def test_no_report_is_unknown_and_covers_nothing(office: Office) -> None:
    office.planned(office.near, office.bulletin("Một"))
    office.world.issue(office.near)
    told = office.ours(START + timedelta(hours=2))
    assert (told.stations[0].cover.unknown, told.stations[0].cover.verdict) == (1, Verdict.SHORT)


def test_the_deadline_divides_what_is_planned_and_what_sounded(office: Office) -> None:
    one = office.bulletin("Một")
    office.planned(office.near, one, at=utc(2024, 5, 9, 16, 59))  # the last minute of 9 May where people are
    office.planned(office.far, one, at=utc(2024, 5, 9, 17))
    told = office.ours()
    assert verdicts(told) == {"Cụm gần": Verdict.COMING, "Cụm xa": Verdict.SHORT}
    assert (told.sum("airings_planned"), told.sum("later")) == (1, 1)
    assert verdicts(office.ours(utc(2024, 5, 9, 17))) == {"Cụm gần": Verdict.LATE, "Cụm xa": Verdict.LATE}
    assert sentence(office.ours(utc(2024, 5, 10, 3))).endswith("đã quá hạn, hạn của văn bản trước 10/5/2024.")


@pytest.mark.parametrize(
    ("order", "last_in_time", "too_late", "words"),
    [
        (
            "Phát xong chậm nhất ngày 10/5/2024.",
            (10, 16, 59),
            (10, 17),
            "còn 3 ngày, hạn của văn bản chậm nhất 10/5/2024",
        ),
        ("Phát đến hết ngày 10/5/2024.", (10, 16, 59), (10, 17), "còn 3 ngày, hạn của văn bản chậm nhất 10/5/2024"),
        (
            "Xong trước 16 giờ 30 ngày 10/5/2024.",
            (10, 9, 29),
            (10, 9, 30),
            "hạn của văn bản trước 16:30 ngày 10/5/2024",
        ),
        ("Xong trước ngày 10/5/2024.", (9, 16, 59), (9, 17), "còn 2 ngày, hạn của văn bản trước 10/5/2024"),
    ],
)
def test_a_deadline_ends_when_the_letter_says_where_people_are(
    office: Office, order: str, last_in_time: tuple[int, ...], too_late: tuple[int, ...], words: str
) -> None:
    office.letter.obligations[0].actions = [order]
    one = office.bulletin("Một")
    office.planned(office.near, one, at=utc(2024, 5, *last_in_time))
    office.planned(office.far, one, at=utc(2024, 5, *too_late))
    told = office.ours()
    assert verdicts(told) == {"Cụm gần": Verdict.COMING, "Cụm xa": Verdict.SHORT}
    assert words in sentence(told)
    assert not office.ours(utc(2024, 5, *last_in_time)).over
    over = office.ours(utc(2024, 5, *too_late))
    assert over.over
    assert "đã quá hạn" in sentence(over)
    assert office.reminded(utc(2024, 5, *too_late)) == []
    (reminded,) = office.reminded(utc(2024, 5, *last_in_time))
    assert reminded.urgent


def test_what_was_called_off_left_out_or_only_drafted_counts_for_nothing(office: Office) -> None:
    one = office.bulletin("Một")
    office.bulletin("Nháp", approved=False)
    airing = office.planned(office.near, one)
    planning.cancel_airing(
        office.world.session, office.world.approver, airing_id=airing.id, reason="nghỉ", now=office.world.now
    )
    left_out = office.planned(office.far, one)
    left_out.items[0].omitted = "does-not-fit"
    office.world.session.flush()
    told = office.ours()
    assert (told.counted, told.sum("airings_planned"), told.verdict) == (1, 0, Verdict.SHORT)


def test_a_withdrawn_bulletin_is_asked_of_nobody(office: Office) -> None:
    one, two = office.bulletin("Một"), office.bulletin("Hai")
    office.sounded(office.near, one, two)
    digest = office.world.approve(two, "Hai", number=2, directive_id="letter",
                                  obligation_id=office.letter.obligations[1].id)  # fmt: skip
    office.world.end(digest, "withdrawn", office.world.now)
    told = office.ours(OVER)
    assert (told.counted, verdicts(told)["Cụm gần"]) == (1, Verdict.COVERED)


def test_bulletins_of_the_whole_letter_answer_what_concerns_the_loudspeakers(office: Office) -> None:
    office.bulletin("Chung", None)
    assert [each.line.title for each in office.ours().bulletins] == ["Chung"]
    office.letter.obligations[1].broadcasting = False
    office.world.session.flush()
    (whole,) = office.told().obligations
    assert (whole.ordinal, whole.deadline, [each.line.title for each in whole.bulletins]) == (None, TENTH, ["Chung"])
    assert sentence(whole).startswith("Cả văn bản: 0/2 cụm loa đã phát đủ 1 bản tin, 0 lượt; 2 cụm loa chưa phát")


def test_stopped_stations_are_asked_only_where_they_have_a_part(office: Office) -> None:
    one = office.bulletin("Một")
    office.far.active = False
    office.world.session.flush()
    assert set(verdicts(office.ours())) == {"Cụm gần"}
    office.far.active = True
    office.planned(office.far, one)
    office.far.active = False
    office.world.session.flush()
    assert set(verdicts(office.ours())) == {"Cụm gần", "Cụm xa"}


def test_leaders_get_a_table_that_no_spreadsheet_runs(office: Office) -> None:
    office.bulletin("=Một")
    office.near.name = "@Cụm gần"
    office.world.session.flush()
    text = airtime_csv(office.told()).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == ",".join(HEADERS)
    assert lines[1].startswith("2,trước 10/5/2024,03301,Xã Búng Lao cũ,'@Cụm gần,Thiếu,1,0,0,1,'=Một,0,0,0,0,0,0")
    assert "Nhiệm vụ 2:" in text


def test_an_unknown_directive_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        directive_airtime(office.world.session, "không", zone=ZONE, allowance=ALLOWANCE, now=office.world.now)


class TestReminders:
    def test_what_is_missing_is_reminded_of_as_the_deadline_nears(self, office: Office) -> None:
        (told,) = office.reminded()
        assert (told.ordinal, told.days_left, told.urgent) == (2, 2, False)
        assert told.words == "còn 2 ngày, hạn trước 10/5/2024: chưa có bản tin nào được duyệt"
        one = office.bulletin("Một")
        office.planned(office.near, one)
        (told,) = office.reminded()
        assert told.words == ("còn 2 ngày, hạn trước 10/5/2024: 1 cụm loa chưa phát và chưa có trong lịch: Cụm xa")
        office.planned(office.far, one)
        assert office.reminded() == []

    @pytest.mark.parametrize(
        ("day", "days", "expected"),
        [
            (5, (3, 1), []),
            (7, (3, 1), [(3, False)]),
            (8, (3, 1), [(2, False)]),
            (9, (3, 1), [(1, True)]),
            (10, (3, 1), []),  # on the day itself it is too late
            (5, (5,), [(5, True)]),
            (9, (), []),
        ],
    )
    def test_the_days_are_a_setting(
        self, office: Office, day: int, days: tuple[int, ...], expected: list[tuple[int, bool]]
    ) -> None:
        found = office.reminded(utc(2024, 5, day, 3), days)
        assert [(each.days_left, each.urgent) for each in found] == expected
