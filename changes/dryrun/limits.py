"""How far a dry run may go before it gives up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds, rows and characters; production comes first."""

    # Short: who waits for our lock waits as long as we wait for ours.
    lock: float = 2
    statement: float = 10
    idle: float = 10
    # The whole dry run, by the server's clock, and by ours if the server does not answer.
    transaction: float = 30
    watchdog: float = 40
    characters: int = 2_000_000
