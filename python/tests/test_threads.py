"""Threads and processes: the interpreter goes on while the engine works, and sessions are shared."""

import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import kpi_sql

LONG = "SELECT count(DISTINCT value % 1000003) AS n FROM generate_series(1, 6000000)"


def test_python_goes_on_while_a_query_runs(session):
    done = threading.Event()

    def query():
        session.sql(LONG).collect()
        done.set()

    thread = threading.Thread(target=query)
    thread.start()
    steps, longest, last = 0, 0.0, time.perf_counter()
    while not done.is_set():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        steps += 1
    thread.join()
    # With the lock held there would be a step before the query and one after it.
    assert steps > 20, f"{steps} steps, the longest of {longest:.2f} s"


def test_many_threads_share_a_session(sample):
    expected = sample.sql("SELECT cross_sell_rate(customer_id, product_id) FROM orders").value()

    def work(number):
        sample.register(f"t{number}", {"a": list(range(number))})
        own = sample.sql(f"SELECT count(*) FROM t{number}").value()
        rate = sample.sql("SELECT cross_sell_rate(customer_id, product_id) FROM orders WHERE $n = $n", n=number).value()
        return own == number and rate == expected

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(1, 65)))


def test_a_table_that_is_being_made_keeps_nobody_waiting(session):
    done = threading.Event()

    def make():
        session.sql(f"CREATE TABLE made AS {LONG}")
        done.set()

    thread = threading.Thread(target=make)
    thread.start()
    meanwhile = 0
    while not done.is_set():
        session.sql("SELECT 1").collect()
        meanwhile += 1
    thread.join()
    assert meanwhile > 5
    assert session.table("made").value() == 1000003


def test_threads_that_fail_leave_the_others_alone(session):
    def work(number):
        if number % 2:
            with pytest.raises(kpi_sql.QueryError):
                session.sql("SELECT nothing")
            return number
        return session.sql("SELECT $n", n=number).value()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(100))) == list(range(100))


def test_a_result_is_read_by_several_threads(session):
    result = session.sql("SELECT sum(value) AS s FROM generate_series(1, 1000000)")
    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(lambda _: result.value(), range(8)))
    assert set(values) == {500000500000}


def _child(session, pipe):
    pipe.send(session.sql("SELECT sum(value) AS s FROM generate_series(1, 1000)").value())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(session):
    session.sql("SELECT 1").collect()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(session, there))
    process.start()
    assert here.poll(30), "the child does not answer"
    assert here.recv() == 500500
    process.join(30)
    assert process.exitcode == 0
