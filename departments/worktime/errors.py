"""What can be wrong with a calendar or a question to it; each message says what to do."""


class WorkTimeError(ValueError):
    """Base of everything that working time refuses."""


class UnknownZone(WorkTimeError):
    """The zone is not in the IANA database of this machine."""

    def __init__(self, name: object) -> None:
        super().__init__(f"Unknown time zone {name!r}: use an IANA name such as Asia/Shanghai.")


class BadSpan(WorkTimeError):
    """A span of hours, or the day it belongs to, cannot be read."""


class NoOpenHours(WorkTimeError):
    """The week has no open hour, so no clock on it would ever end."""

    def __init__(self) -> None:
        super().__init__("The week has no open hour: give at least one weekday a span.")


class NaiveInstant(WorkTimeError):
    """An instant without a time zone."""

    def __init__(self, at: object) -> None:
        super().__init__(f"{at} has no time zone: pass an aware datetime.")


class OutOfHorizon(WorkTimeError):
    """The question or its answer lies outside the years that are computed."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"Working time is computed for the years {first} to {last} only.")
