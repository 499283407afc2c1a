"""A person's recording into a file ready to air: checked, then mastered like all other sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tts.ffmpeg import READING, workspace
from tts.mastering import Mastered, Treatment, master_file
from tts.recording_check import check_recording


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording that was taken, and what its approver should know of it, in Vietnamese sentences."""

    mastered: Mastered
    notes: tuple[str, ...]


def take_recording(source: Path, *, title: str, treatment: Treatment = Treatment.SPEECH) -> Taken:
    """Check and master a recorded or uploaded file (untrusted) of any common format, at most 30 minutes long.

    Raises what ``tts.recording_check.check_recording`` and ``tts.mastering.master`` raise.
    """
    with workspace(READING) as folder:
        checked = check_recording(source, folder)
        return Taken(master_file(checked.sound, title=title, treatment=treatment), checked.notes)
