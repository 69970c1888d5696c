"""Framing: whatever arrives, what can be understood is, and everything else is answered."""

from __future__ import annotations

import io
import json
import random
import threading
from typing import Any

import pytest

from engine.service import wire
from engine.service.wire import Malformed, Message, Wire, parse

GOOD = b'{"jsonrpc":"2.0","id":7,"method":"hello"}\n'


def conversation(arriving: bytes, longest: int = 1000) -> tuple[list[Message], list[Any]]:
    """The messages understood in what arrives, and what was said to it."""
    said = io.BytesIO()
    messages = list(Wire(io.BytesIO(arriving), said, longest).messages())
    return messages, [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("line", "code", "to"),
    [
        (b"nonsense", wire.NO_JSON, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"hel', wire.NO_JSON, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', wire.NO_JSON, None),
        (b"[" * 990, wire.NO_JSON, None),
        (b"\x00\x01\x02", wire.NO_JSON, None),
        (b"[]", wire.NO_REQUEST, None),
        (b"12", wire.NO_REQUEST, None),
        (b'"hello"', wire.NO_REQUEST, None),
        (b"null", wire.NO_REQUEST, None),
        (b"{}", wire.NO_REQUEST, None),
        (b'{"id":1,"method":"hello"}', wire.NO_REQUEST, 1),
        (b'{"jsonrpc":"1.0","id":"a","method":"hello"}', wire.NO_REQUEST, "a"),
        (b'{"jsonrpc":"2.0","id":1}', wire.NO_REQUEST, 1),
        (b'{"jsonrpc":"2.0","id":1,"method":3}', wire.NO_REQUEST, 1),
        (b'{"jsonrpc":"2.0","id":true,"method":"hello"}', wire.NO_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":{},"method":"hello"}', wire.NO_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"hello","params":[1]}', wire.BAD_PARAMS, 1),
        (b"x" * 1001, wire.NO_REQUEST, None),
        (b"x" * 100_000, wire.NO_REQUEST, None),
    ],
)
def test_what_is_no_message_is_answered_and_the_next_is_read(
    line: bytes, code: int, to: str | int | None
) -> None:
    messages, said = conversation(line + b"\n" + GOOD)
    assert messages == [Message(7, "hello")]
    (answer,) = said
    assert (answer["jsonrpc"], answer["id"], answer["error"]["code"]) == ("2.0", to, code)


def test_empty_lines_and_an_unfinished_last_one_say_nothing() -> None:
    assert conversation(b"\n\r\n" + GOOD + b"\n" + GOOD[:-1]) == ([Message(7, "hello")], [])
    assert conversation(GOOD + b"x" * 5000) == ([Message(7, "hello")], [])


def test_a_notification_has_no_id() -> None:
    message = parse(b'{"jsonrpc":"2.0","method":"quiet","params":{"on":true}}')
    assert message == Message(None, "quiet", {"on": True}, expects_answer=False)


def test_random_bytes_among_messages() -> None:
    """Nothing raises, every good line is understood, every other one is answered."""
    chance = random.Random(20_261_124)
    lines: list[bytes] = []
    good = 0
    for _ in range(3000):
        if chance.random() < 0.3:
            lines.append(GOOD)
            good += 1
            continue
        broken = bytearray(chance.choice([GOOD, chance.randbytes(chance.randrange(1, 2000))]))
        for _ in range(chance.randrange(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        lines.append(bytes(broken).replace(b"\n", b"") + b"\n")
    messages, said = conversation(b"".join(lines))
    assert messages.count(Message(7, "hello")) >= good
    spoken = [line for line in lines if line.strip()]
    assert len(messages) + len(said) == len(spoken)
    assert all("error" in answer for answer in said)


def test_lines_are_ascii_and_whole_whoever_writes_them() -> None:
    said = io.BytesIO()
    both = Wire(io.BytesIO(), said)

    def speak(number: int) -> None:
        for _ in range(200):
            both.tell("job", {"name": "Zoë 🐕 \udcff", "number": number})

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = said.getvalue().splitlines()
    assert len(lines) == 800
    assert {json.loads(line)["params"]["name"] for line in lines} == {"Zoë 🐕 \udcff"}


def test_nobody_listens_any_more() -> None:
    closed = io.BytesIO()
    closed.close()
    Wire(io.BytesIO(), closed).tell("job", {})


def test_malformed_says_whom_it_answers() -> None:
    with pytest.raises(Malformed) as raised:
        parse(b'{"jsonrpc":"2.0","id":"x","method":"hello","params":"no"}')
    assert (raised.value.to, raised.value.code) == ("x", wire.BAD_PARAMS)
