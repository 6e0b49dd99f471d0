"""What a policy can be written for: the floors above offer the choices, the engine knows codes.

`offer("channels", "complaints.policychoices.channels")` in an app's `ready()`; the place is looked
up when a page first asks, so that nothing is imported before the apps are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.module_loading import import_string

# A code and its name in the reader's language, in the order to show.
Choices = Sequence[tuple[str, str]]

_offered: dict[str, str] = {}


def offer(part: str, place: str) -> None:
    """Say where the choices for a part of the scope come from."""
    _offered[part] = place


def choices_of(part: str) -> Choices:
    """What can be chosen; nothing where nobody offers any."""
    if part not in _offered:
        return ()
    source: Callable[[], Choices] = import_string(_offered[part])
    return source()


def names_in(part: str, codes: Iterable[str]) -> list[str]:
    """These codes by name, in the order of the choices; a code that is gone stays a code."""
    wanted = set(codes)
    if not wanted:
        return []
    names = {code: name.strip() for code, name in choices_of(part) if code in wanted}
    return [*names.values(), *sorted(wanted - set(names))]
