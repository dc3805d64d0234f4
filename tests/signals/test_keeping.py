"""Answers about all signals that are kept: who makes them, and what others are told meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.core.cache import cache
from django.utils import timezone

from signals import keeping

PATIENCE = 10


class Making:
    """An answer that takes until it is let go."""

    def __init__(self, answer="new"):
        self.answer, self.begun, self.go, self.times = answer, Event(), Event(), 0

    def __call__(self):
        self.times += 1
        self.begun.set()
        assert self.go.wait(PATIENCE)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def kept(make, version="1"):
    return keeping.kept("test", {"q": "leaks"}, make, version=lambda: [version])


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_of_two_who_ask_in_one_moment_one_makes_the_answer_and_both_have_it(pool):
    make = Making()
    first = pool.submit(kept, make)
    assert make.begun.wait(PATIENCE)

    second = pool.submit(kept, make)
    make.go.set()

    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("new", "new")
    assert make.times == 1


def test_while_an_old_answer_is_made_anew_others_are_told_it(pool, time_machine):
    kept(lambda: "old")
    time_machine.move_to(timezone.now() + timedelta(seconds=keeping.SECONDS + 1), tick=True)
    make = Making()
    first = pool.submit(kept, make)
    assert make.begun.wait(PATIENCE)

    assert kept(make) == "old"

    make.go.set()
    assert first.result(PATIENCE) == "new"
    assert make.times == 1


def test_nobody_is_told_an_answer_from_before_something_happened(pool):
    kept(lambda: "old")
    make = Making()
    first = pool.submit(kept, make, "2")
    assert make.begun.wait(PATIENCE)

    second = pool.submit(kept, make, "2")
    make.go.set()

    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("new", "new")


def test_where_one_fails_to_make_it_who_waits_makes_it(pool):
    fails = Making(ValueError("no answer"))
    first = pool.submit(kept, fails)
    assert fails.begun.wait(PATIENCE)

    second = pool.submit(kept, lambda: "made after all")
    fails.go.set()

    with pytest.raises(ValueError, match="no answer"):
        first.result(PATIENCE)
    assert second.result(PATIENCE) == "made after all"


def test_an_answer_of_which_nothing_is_new_is_not_told_for_ever(time_machine):
    kept(lambda: "old")
    time_machine.move_to(timezone.now() + timedelta(seconds=keeping.SECONDS + 1), tick=True)

    assert kept(lambda: "new") == "new"
    assert kept(lambda: "newer") == "new"
