"""A cache that may be gone: nothing lives only there, so no page fails with it."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import TimeoutError as TimedOut

log = structlog.get_logger(__name__)
GONE = (BrokenConnection, TimedOut)


class ForgetfulCache(RedisCache):
    """Redis; while it does not answer, everything is a miss and nothing is kept."""

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """True while Redis is gone: whoever asks first may go on."""
        try:
            return bool(super().add(key, value, *args, **kwargs))
        except GONE:
            log.warning("cache_unreachable", operation="add")
            return True

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """The default while Redis is gone."""
        try:
            return super().get(key, default, version)
        except GONE:
            log.warning("cache_unreachable", operation="get")
            return default

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept while Redis is gone."""
        try:
            super().set(key, value, *args, **kwargs)
        except GONE:
            log.warning("cache_unreachable", operation="set")

    def delete(self, key: Any, version: Any = None) -> bool:
        """False while Redis is gone."""
        try:
            return bool(super().delete(key, version))
        except GONE:
            log.warning("cache_unreachable", operation="delete")
            return False
