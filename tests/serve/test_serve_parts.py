"""Small parts without a server: messages, the budget for codes, the secret, the environment, the address."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.serve import guessing, messages
from veerkracht_nb.serve.address import lan_address, qr_svg, room_address
from veerkracht_nb.serve.cookies import SECRET_FILE, server_secret
from veerkracht_nb.serve.provisioner import ALLOWED, OurKernelSpecs, emptied

from .wire import join, pack, unpack


@given(st.binary(max_size=400))
def test_no_bytes_break_the_check_of_messages(data: bytes) -> None:
    with pytest.raises(messages.Refused):
        messages.checked(data)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30) | st.integers() | st.none()))
def test_an_allowed_message_arrives_as_it_was_sent(data: dict[str, object]) -> None:
    sent = pack("comm_msg", {"comm_id": "c", "data": data})
    assert unpack(messages.checked(sent)) == unpack(sent)


@given(st.lists(st.integers(0, 2**63), min_size=1, max_size=12), st.binary(max_size=60))
def test_lying_offsets_are_refused(offsets: list[int], rest: bytes) -> None:
    data = b"".join(n.to_bytes(8, "little") for n in (len(offsets), *offsets)) + rest
    with pytest.raises(messages.Refused):
        messages.checked(data)


def test_buffers_travel_along() -> None:
    header = json.dumps({"msg_type": "comm_msg"}).encode()
    sent = join([b"shell", header, b"{}", b"{}", b"{}", b"\x00\x01buffer"])
    assert messages.checked(sent).endswith(b"\x00\x01buffer")


@pytest.mark.parametrize(
    "header", [b"[]", b"null", b'"x"', b"{", b'{"msg_type":"comm_msg","x":NaN}', b"[" * 5000, b"\xff"]
)
def test_headers_that_are_no_plain_object_are_refused(header: bytes) -> None:
    with pytest.raises(messages.Refused):
        messages.checked(join([b"shell", header, b"{}", b"{}", b"{}"]))


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_hundred_people_with_typing_errors_never_wait() -> None:
    clock = _Clock()
    guard = guessing.CodeGuard(clock)
    for person in range(100):
        clock.now += 1.2
        assert guard.delay("zaal") == 0
        if person % 2 == 0:
            guard.wrong("zaal")


def test_guessing_a_million_codes_takes_more_than_a_day() -> None:
    """An attacker with many addresses, each with as many requests at once as are let in."""
    clock = _Clock()
    guard = guessing.CodeGuard(clock)
    tries, addresses = 0, [f"10.0.0.{n}" for n in range(5)]
    while clock.now < 600:
        delay = max(guard.delay(address) for address in addresses)
        for address in addresses:
            for _slot in range(guessing.MAX_WAITING):
                guard.wrong(address)
                tries += 1
        clock.now += max(delay, 0.05)
    per_day = tries / 600 * 86_400
    space = 28**6
    assert per_day / space < 0.01, "less than one chance in a hundred to hit one session in a whole day"


def test_waiting_is_bounded_and_never_a_lock() -> None:
    guard = guessing.CodeGuard(_Clock())
    for _ in range(10_000):
        guard.wrong("zaal")
    assert 0 < guard.delay("zaal") <= guessing.MAX_DELAY
    assert all(guard.enter("zaal") for _ in range(guessing.MAX_WAITING)) and not guard.enter("zaal")
    guard.leave("zaal")
    assert guard.enter("zaal")


def test_the_budget_comes_back_and_memory_stays_bounded() -> None:
    clock = _Clock()
    guard = guessing.CodeGuard(clock)
    for number in range(12_000):
        guard.wrong(f"adres-{number}")
    assert len(guard._clients) <= 10_000
    for _ in range(100):
        guard.wrong("zaal")
    clock.now += 30_000
    assert guard.delay("zaal") == 0


def test_very_many_new_seats_in_one_session_slow_down() -> None:
    guard = guessing.CodeGuard(_Clock())
    delays = [guard.seat_delay("K7P4MX") for _ in range(1000)]
    assert set(delays[:150]) == {0.0} and delays[-1] == guessing.MAX_DELAY


def test_the_secret_is_made_once_also_by_many_at_the_same_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: server_secret(tmp_path), range(24)))
    assert len(secrets) == 1 and len(secrets.pop()) >= 32
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_a_cut_off_secret_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_bytes(b"kort")
    assert len(server_secret(tmp_path)) >= 32


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=20)))
def test_only_allowed_names_are_left_of_an_environment(env: dict[str, str]) -> None:
    left = emptied(env | {"PATH": "/bin", "AWS_SECRET": "x", "JUPYTER_TOKEN": "y"})
    assert {name.upper() for name in left} <= ALLOWED | {"PYTHONNOUSERSITE"}
    assert left["PATH"] == "/bin"


def test_kernels_of_the_machine_play_no_part() -> None:
    spec = OurKernelSpecs().get_kernel_spec("bash")
    assert (
        spec.language == "python" and spec.metadata["kernel_provisioner"]["provisioner_name"] == "veerkracht"
    )
    assert list(OurKernelSpecs().find_kernel_specs()) == ["veerkracht", "veerkracht-seat"]


def test_the_address_for_the_room_is_one_phones_can_use() -> None:
    assert room_address(8866, "127.0.0.1") == "http://127.0.0.1:8866"
    assert room_address(8866) == f"http://{lan_address()}:8866"
    assert lan_address().count(".") == 3
    svg = qr_svg("http://192.168.1.20:8866/s/K7P4MX")
    assert svg.startswith("<svg") and "<script" not in svg and "style=" not in svg
