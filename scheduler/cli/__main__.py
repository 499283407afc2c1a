"""``python -m scheduler.cli``: the same as ``loa``, for processes that start others of the same installation."""

from scheduler.cli import main

main()
