"""``loa directive``: what of each directive sounded, and reminders of deadlines for a daily mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click


@click.group("directive", short_help="Văn bản chỉ đạo: đã phát đến đâu, nhắc hạn.")
def command() -> None:
    """Văn bản chỉ đạo đã nhập: đã phát đến đâu, còn thiếu gì trước hạn."""


@command.command("remind", short_help="In những hạn sắp đến mà còn thiếu.")
@click.option("--all", "every", is_flag=True, help="In cả những ngày giữa hai lần nhắc, từ ngày nhắc sớm nhất.")
def remind(*, every: bool) -> None:
    """In mỗi hạn sắp đến mà còn thiếu trên một dòng; không còn gì thiếu thì không in gì.

    Để chạy hằng ngày bằng cron: chỉ nhắc vào đúng các ngày của LOA_DEADLINE_REMINDER_DAYS (mặc định còn 3 và 1 ngày).
    """
    from scheduler.compose import open_centre
    from scheduler.services.airtime.reminders import reminders

    with open_centre() as centre, centre.readers() as session:
        days = centre.settings.reminder_days
        found = reminders(
            session,
            days=days,
            zone=centre.settings.zone,
            allowance=timedelta(seconds=centre.settings.reporting_allowance_s),
            now=datetime.now(UTC),
        )
    for each in found:
        if every or each.days_left in days:
            which = "cả văn bản" if each.ordinal is None else f"nhiệm vụ {each.ordinal}"
            click.echo(f"{each.directive_name}, {which}: {each.words}.")


@command.command("airtime", short_help="In một văn bản đã phát đến đâu.")
@click.argument("name", metavar="SỐ_KÝ_HIỆU")
@click.option("--csv", "as_csv", is_flag=True, help="In bảng CSV từng nhiệm vụ, từng cụm loa.")
def airtime(*, name: str, as_csv: bool) -> None:
    """In văn bản SỐ_KÝ_HIỆU (hoặc mã trong địa chỉ trang) đã phát đến đâu, ở đâu còn thiếu."""
    from scheduler.compose import open_centre
    from scheduler.errors import NotFound
    from scheduler.services import letters
    from scheduler.services.airtime.directive import directive_airtime
    from scheduler.services.airtime.table import airtime_csv
    from scheduler.services.airtime.words import overall, sentence

    with open_centre() as centre, centre.readers() as session:
        known = [line for line in letters.directives(session) if name in {line.id, line.name}]
        if not known:
            raise NotFound(what=f"văn bản {name}")
        told = directive_airtime(
            session,
            known[0].id,
            zone=centre.settings.zone,
            allowance=timedelta(seconds=centre.settings.reporting_allowance_s),
            now=datetime.now(UTC),
        )
    if as_csv:
        click.get_binary_stream("stdout").write(airtime_csv(told))
        return
    click.echo(overall(told))
    for obligation in told.obligations:
        click.echo(sentence(obligation))
