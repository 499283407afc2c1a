"""Bulletins from draft to standing approval.

``writing`` (write, edit, submit), ``approvals`` (approve, return, withdraw, expire), ``recordings`` (rendering, tracks,
listening), ``house`` (house items), ``views`` and ``page`` (what pages show), ``standing`` (what dispatch signs).
"""
