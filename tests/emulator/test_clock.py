"""The local clock, driven by hand."""

import asyncio

from bot.emulator.clock import Clock, Timetable
from tests.until import until


class Hands:
    """A wall clock and a tick counter that stand still until moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wall(self) -> float:
        return 1_000_000.0 + self.seconds

    def ticks(self) -> float:
        return 50.0 + self.seconds


def made() -> tuple[Hands, Clock]:
    hands = Hands()
    return hands, Clock(wall=hands.wall, ticks=hands.ticks)


def test_it_runs_with_the_wall_clock() -> None:
    hands, clock = made()
    hands.seconds = 7
    assert clock.now() == 1_000_007


def test_a_change_counts_from_now_on() -> None:
    hands, clock = made()
    hands.seconds = 10
    clock.change(to=500.0)
    assert clock.now() == 500
    hands.seconds = 12
    clock.change(by=100)
    assert clock.now() == 602


def test_speed_stretches_what_comes_and_not_what_was() -> None:
    hands, clock = made()
    hands.seconds = 10
    clock.change(speed=60)
    hands.seconds = 11
    assert clock.now() == 1_000_070
    clock.change(speed=0)
    hands.seconds = 99
    assert clock.now() == 1_000_070


def test_skew_is_measured_from_the_wall_clock() -> None:
    hands, clock = made()
    hands.seconds = 30
    clock.change(to=1.0)
    clock.change(skew=-120)
    assert clock.now() == hands.wall() - 120


def test_ticks_are_real_whatever_the_clock_says() -> None:
    hands, clock = made()
    clock.change(speed=0, to=0)
    hands.seconds = 3
    assert clock.ticks() == 53


async def test_due_work_follows_a_jump_in_order_and_forgets_what_was_cancelled() -> None:
    _, clock = made()
    timetable = Timetable(clock)
    done: list[str] = []
    timetable.after(60, lambda: done.append("second"))
    timetable.after(30, lambda: done.append("first"))
    timetable.after(45, lambda: done.append("never")).cancel()
    timetable.after(9_999, lambda: done.append("later"))
    await asyncio.sleep(0)
    assert done == []
    clock.change(by=100)
    await until(lambda: len(done) == 2)
    assert done == ["first", "second"]
    timetable.close()
    clock.change(by=100_000)
    await asyncio.sleep(0.01)
    assert done == ["first", "second"], "closed is closed"


async def test_a_frozen_clock_still_does_what_is_due_now() -> None:
    _, clock = made()
    clock.change(speed=0)
    timetable = Timetable(clock)
    done: list[int] = []
    timetable.after(0, lambda: done.append(1))
    timetable.after(1, lambda: done.append(2))
    await until(lambda: done)
    assert done == [1]
    timetable.close()
