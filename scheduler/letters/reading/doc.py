"""An old Word file (.doc) turned into .docx by LibreOffice, when it is installed."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from scheduler.letters.errors import DamagedLetter, OldWordFormat, ReadingTooLong
from scheduler.letters.reading.sniff import Format

CONVERSION_TIMEOUT_S = 60


def doc_to_docx(content: bytes, file: str, *, office: str | None) -> bytes:
    """The .docx that the program ``office`` (LibreOffice's soffice) makes of ``content``.

    Raises OldWordFormat when there is no such program, ReadingTooLong, DamagedLetter.
    """
    if office is None:
        raise OldWordFormat(file=file)
    with tempfile.TemporaryDirectory(prefix="loa-letter-") as folder:
        source = Path(folder, "letter.doc")
        source.write_bytes(content)
        command = [
            office,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=CONVERSION_TIMEOUT_S, check=True, cwd=folder)
            return source.with_suffix(".docx").read_bytes()
        except subprocess.TimeoutExpired:
            raise ReadingTooLong(file=file, limit_s=CONVERSION_TIMEOUT_S) from None
        except (OSError, subprocess.CalledProcessError):
            raise DamagedLetter(file=file, format=Format.DOC.value) from None
