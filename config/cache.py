"""A cache that may be gone: nothing lives only there, so no page fails with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import TimeoutError as TimedOut

log = structlog.get_logger(__name__)


def while_gone(operation: Callable[..., Any], answer: Callable[[], Any]) -> Any:
    """The operation, with what it answers while Redis does not."""

    @wraps(operation)
    def forgetful(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except (BrokenConnection, TimedOut):
            log.warning("cache_unreachable", operation=operation.__name__)
            return answer()

    return forgetful


class ForgetfulCache(RedisCache):
    """Redis; while it does not answer, everything is a miss and nothing is kept."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The default takes the place of a lost value too."""
        return while_gone(super().get, lambda: default)(key, default, version)

    # Whoever asks first may go on.
    add = while_gone(RedisCache.add, lambda: True)
    set = while_gone(RedisCache.set, lambda: None)
    touch = while_gone(RedisCache.touch, lambda: False)
    delete = while_gone(RedisCache.delete, lambda: False)
    has_key = while_gone(RedisCache.has_key, lambda: False)
    incr = while_gone(RedisCache.incr, lambda: 1)
    get_many = while_gone(RedisCache.get_many, dict)
    set_many = while_gone(RedisCache.set_many, list)
    delete_many = while_gone(RedisCache.delete_many, lambda: None)
    clear = while_gone(RedisCache.clear, lambda: False)
