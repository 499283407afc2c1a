"""What centre and station say to each other: rundown, as-run entry, heartbeat, enrolment; versioned JSON, pure.

Documents carry ``type`` (``loa.rundown/1``): an unknown major version is refused, unknown fields are ignored. Values
here are the documents' own: instants are aware UTC, durations milliseconds, gains hundredths of a decibel.
"""

from scheduler.protocol.as_run import (
    AS_RUN_TYPE,
    BATCH_LIMIT,
    CHAIN_START,
    AsRunEntry,
    Batch,
    ClockState,
    Event,
    batch_bytes,
    line_hash,
    read_batch,
    read_entry,
)
from scheduler.protocol.contact import (
    ENROL_TYPE,
    HEARTBEAT_TYPE,
    EnrolRequest,
    Heartbeat,
    read_enrol_request,
    read_heartbeat,
)
from scheduler.protocol.fields import DocumentRefused
from scheduler.protocol.rundown import (
    DROP,
    RESUME,
    RUNDOWN_TYPE,
    MediaFact,
    Rundown,
    RundownAiring,
    RundownItem,
    read_rundown,
)

__all__ = [
    "AS_RUN_TYPE",
    "BATCH_LIMIT",
    "CHAIN_START",
    "DROP",
    "ENROL_TYPE",
    "HEARTBEAT_TYPE",
    "RESUME",
    "RUNDOWN_TYPE",
    "AsRunEntry",
    "Batch",
    "ClockState",
    "DocumentRefused",
    "EnrolRequest",
    "Event",
    "Heartbeat",
    "MediaFact",
    "Rundown",
    "RundownAiring",
    "RundownItem",
    "batch_bytes",
    "line_hash",
    "read_batch",
    "read_enrol_request",
    "read_entry",
    "read_heartbeat",
    "read_rundown",
]
