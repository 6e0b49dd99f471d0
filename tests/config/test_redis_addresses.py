"""One Redis address, said the way each user wants to hear it."""

import pytest

from config.redis import cache_address, celery_address, database_of


@pytest.mark.parametrize(
    ("url", "celery", "cache"),
    [
        ("redis://r:6379", "redis://r:6379", "redis://r:6379/1"),
        ("redis://:p%40ss@r:6379/3", "redis://:p%40ss@r:6379/3", "redis://:p%40ss@r:6379/4"),
        ("rediss://u:p@r/0?a=b", "rediss://u:p@r/0?a=b", "rediss://u:p@r/1?a=b"),
        (
            "unix:///run/r.sock",
            "redis+socket:///run/r.sock?virtual_host=0",
            "unix:///run/r.sock?db=1",
        ),
        (
            "unix:///run/r.sock?db=6",
            "redis+socket:///run/r.sock?virtual_host=6",
            "unix:///run/r.sock?db=7",
        ),
    ],
)
def test_addresses(url, celery, cache):
    assert celery_address(url) == celery
    assert cache_address(url) == cache


@pytest.mark.parametrize(
    ("url", "number"), [("redis://r/", 0), ("redis://r/x", 0), ("redis://r/5", 5)]
)
def test_the_database_of_an_address(url, number):
    assert database_of(url) == number
