"""From directives to airtime: what of each obligation sounded where, in words, as a table, and as reminders."""
