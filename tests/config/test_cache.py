"""Redis gone: everything is a miss, and no page fails."""

import pytest
from django.core.cache import cache

from config.cache import ForgetfulCache


@pytest.fixture
def gone():
    return ForgetfulCache("unix:///nowhere/redis.sock", {})


def test_it_remembers():
    cache.set("seen", 3)
    assert cache.get("seen") == 3
    assert cache.delete("seen")


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda it: it.get("a", "default"), "default"),
        (lambda it: it.set("a", 1), None),
        (lambda it: it.add("a", 1), True),
        (lambda it: it.delete("a"), False),
        (lambda it: it.get_or_set("a", 7), 7),
        (lambda it: it.has_key("a"), False),
        (lambda it: it.incr("a"), 1),
        (lambda it: it.touch("a"), False),
        (lambda it: it.set_many({"a": 1}), []),
        (lambda it: it.delete_many(["a"]), None),
        (lambda it: it.clear(), False),
        (lambda it: it.get_many(["a"]), {}),
    ],
)
def test_it_forgets_while_redis_is_gone(gone, call, answer):
    assert call(gone) == answer
