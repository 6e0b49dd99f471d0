"""The first line of a desk: good morning, and in words how much waits."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

NOON, EVENING = 12, 18
_IN_WORDS = (
    pgettext_lazy("how many things", "no"),
    pgettext_lazy("how many things", "one"),
    pgettext_lazy("how many things", "two"),
    pgettext_lazy("how many things", "three"),
    pgettext_lazy("how many things", "four"),
    pgettext_lazy("how many things", "five"),
    pgettext_lazy("how many things", "six"),
    pgettext_lazy("how many things", "seven"),
    pgettext_lazy("how many things", "eight"),
    pgettext_lazy("how many things", "nine"),
)


def greeting(name: str, now: datetime) -> str:
    """By the clock on the reader's wall."""
    hour = timezone.localtime(now).hour
    if 5 <= hour < NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if NOON <= hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def summary(waiting: int, late: int, *, more: bool = False) -> str:
    """How many things wait, and how many of them are late; `more`: at least so many."""
    if not waiting:
        return _("nothing is waiting for you")
    if more:
        things = _("more than %(count)d things are waiting for you") % {"count": waiting}
    else:
        things = ngettext(
            "%(count)s thing is waiting for you", "%(count)s things are waiting for you", waiting
        ) % {"count": in_words(waiting)}
    return f"{things}{_lateness(waiting, late, more=more)}"


def _lateness(waiting: int, late: int, *, more: bool) -> str:
    if not late:
        return ""
    if late == waiting and not more:
        return _(", and it is late") if late == 1 else _(", all of them late")
    return ngettext(", %(count)s is late", ", %(count)s are late", late) % {"count": in_words(late)}


def in_words(count: int) -> str:
    """Small numbers as words."""
    return str(_IN_WORDS[count]) if count < len(_IN_WORDS) else str(count)
