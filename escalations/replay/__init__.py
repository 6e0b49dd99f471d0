"""A policy version tried on clocks that ran: pure but for `reading`, which loads them.

A clock's life is rebuilt from its row and its history, and played under other rules by the same
timetable, routing and escalations as the sweep's. People do then what they did: they move, pause,
decide and finish when they did, however early the other rules would have spoken.
"""
