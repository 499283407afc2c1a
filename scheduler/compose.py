"""The only place where the centre's parts are chosen and put together."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.base import open_engine, readers, sessions
from scheduler.db.migrate import check, upgrade
from scheduler.errors import LoaError
from scheduler.files import FileStore
from scheduler.preview_files import PreviewFiles
from scheduler.services import accounts
from scheduler.settings import Settings, load_settings
from scheduler.signing import generate_key, load_private_key, public_bytes, save_private_key
from tts.engine import Engine as SpeechEngine
from tts.rendering import engines_for

FIRST_ADMIN = "quantri"


class KeyMissing(LoaError):
    """Trung tâm chưa có khóa ({path}). Hãy chạy: loa key init."""

    path: str
    exit_code = 3


class DirectoryUnusable(LoaError):
    """Không ghi được vào thư mục dữ liệu {path} ({reason}). Hãy sửa LOA_DATA_DIR."""

    path: str
    reason: str
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre's parts: its settings, its database and its files."""

    settings: Settings
    engine: Engine
    writers: sessionmaker[Session]
    readers: sessionmaker[Session]
    media: FileStore
    letters: FileStore
    imports: FileStore
    previews: PreviewFiles

    @property
    def public_key(self) -> bytes:
        """The centre's 32 public bytes; raises :class:`KeyMissing` before ``loa key init``."""
        path = self.settings.public_key_path
        try:
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise KeyMissing(path=str(path)) from error

    @property
    def engines(self) -> Sequence[SpeechEngine]:
        """The voices to try, in order."""
        return engines_for(
            self.settings.engine,
            order=self.settings.order,
            voices_dir=self.settings.voices_path,
            google_timeout_s=self.settings.google_timeout_s,
        )

    @property
    def token_valid(self) -> timedelta:
        """How long an enrolment token stands."""
        return timedelta(hours=self.settings.token_valid_h)


def settings_from_environment() -> Settings:
    """Return the settings that this process was started with."""
    return load_settings(os.environ)


@contextmanager
def open_centre(settings: Settings | None = None, *, checked: bool = True) -> Iterator[Centre]:
    """Open the centre; its database is closed at the end.

    With ``checked``, raises :class:`~scheduler.db.migrate.DatabaseBehind` when the tables are not this version's.
    """
    chosen = settings if settings is not None else settings_from_environment()
    _make_directory(chosen.data_dir)
    engine = open_engine(chosen.url)
    try:
        if checked:
            check(engine)
        media = FileStore(chosen.media_dir)
        yield Centre(
            settings=chosen,
            engine=engine,
            writers=sessions(engine),
            readers=readers(engine),
            media=media,
            letters=FileStore(chosen.letters_dir),
            imports=FileStore(chosen.imports_dir),
            previews=PreviewFiles(chosen.previews_dir, media),
        )
    finally:
        engine.dispose()


def _make_directory(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise DirectoryUnusable(path=str(path), reason=error.strerror or "lỗi") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise DirectoryUnusable(path=str(path), reason="không có quyền ghi")


def make_key(settings: Settings) -> bytes:
    """Make the centre's key pair and return its public bytes; never replaces a key.

    Raises :class:`~scheduler.signing.KeyUnusable` when a private key stands there already.
    """
    key = generate_key()
    save_private_key(key, settings.key_path)
    _publish(public_bytes(key), settings.public_key_path)
    return public_bytes(key)


def restore_public_key(settings: Settings) -> bytes:
    """Write the public key anew from the private one, as after restoring a backup; return its bytes."""
    public = public_bytes(load_private_key(settings.key_path))
    _publish(public, settings.public_key_path)
    return public


def _publish(public: bytes, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_text(public.hex() + "\n", encoding="ascii")
    part.replace(path)


def web_secret(settings: Settings) -> str:
    """Return the secret that signs the pages' cookies; made once, readable by its owner alone."""
    path = settings.data_dir / "keys" / "web.secret"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise DirectoryUnusable(path=str(path.parent), reason=error.strerror or "lỗi") from error
    return path.read_text(encoding="ascii").strip()


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What a first start made: the admin's password is shown once and kept nowhere; null when nothing was made."""

    admin_password: str | None


def prepare(centre: Centre, *, now: datetime) -> FirstStart:
    """Bring the database to this version, make the key and the first admin when they are missing."""
    upgrade(centre.engine)
    if not centre.settings.key_path.exists():
        make_key(centre.settings)
    elif not centre.settings.public_key_path.exists():
        restore_public_key(centre.settings)
    with centre.readers() as session:
        first = accounts.nobody_yet(session)
    if not first:
        return FirstStart(None)
    password = accounts.new_password()
    password_hash = accounts.hash_password(password)
    with centre.writers.begin() as session:
        accounts.make_first_admin(session, username=FIRST_ADMIN, password_hash=password_hash, now=now)
    return FirstStart(password)


def child_environment(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with which a child process finds the same settings."""
    told = {name: value for name, value in environment.items() if not name.startswith("LOA_")}
    for name in Settings.__slots__:
        value = getattr(settings, name)
        told[f"LOA_{name.upper()}"] = str(value).lower() if isinstance(value, bool) else str(value)
    return told
