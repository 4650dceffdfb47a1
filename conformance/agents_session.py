"""OpenAI's agents SDK for Python holds a session with tools over a WebSocket.

Usage: python agents_session.py BASE_URL KEY CONTROL_URL (a simulator: a tool needs a model, or a script)
"""

import asyncio
import sys

from agents import function_tool, set_tracing_disabled
from agents.realtime import RealtimeAgent, RealtimeRunner
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter, ValidationError

from check import check, finish, order, unknown_fields

EVENTS = TypeAdapter(RealtimeServerEvent)
REPLIES = [
    {"say": "One moment.", "tool": {"name": "next_question", "arguments": '{"reason":"answered"}'}},
    {"say": "What will you cook tomorrow?"},
]
TIMEOUT_S = 30
called: list[str] = []


@function_tool
def next_question(reason: str) -> str:
    """Goes on to the next question."""
    called.append(reason)
    return "ok"


def problem(event: dict) -> list[str]:
    """What the client's own types do not know about an event."""
    try:
        return [f"{event['type']}{name}: unknown" for name in unknown_fields(EVENTS.validate_python(event))]
    except ValidationError as error:
        return [f"{event.get('type')}: {error.errors()[0]}"]


async def main(base: str, key: str, control: str) -> None:
    set_tracing_disabled(True)
    order(control, "/script", {"replies": REPLIES})
    agent = RealtimeAgent(name="Interviewer", instructions="Lead the interview.", tools=[next_question])
    url = f"{base.replace('http', 'ws', 1)}/v1/realtime?model=gpt-realtime-2.1"
    raw, errors, done, sound = [], [], [], 0
    async with await RealtimeRunner(agent).run(model_config={"api_key": key, "url": url}) as session:
        await session.send_message("I made a soup yesterday.")
        async with asyncio.timeout(TIMEOUT_S):
            async for event in session:
                if event.type == "error":
                    errors.append(event.error)
                elif event.type == "audio":
                    sound += len(event.audio.data)
                elif event.type == "raw_model_event" and event.data.type == "raw_server_event":
                    raw.append(event.data.data)
                    if event.data.data["type"] == "response.done":
                        done.append(event.data.data["response"])
                if len(done) == 2 and raw[-1]["type"] == "rate_limits.updated":
                    break
    updated = [event["session"] for event in raw if event["type"] == "session.updated"]
    check(bool(updated) and updated[0]["tools"][0]["name"] == "next_question", "the session has the agent's tool")
    check(called == ["answered"], "the tool is called once, with its arguments")
    check(all(response["status"] == "completed" for response in done), "the responses complete")
    kinds = [item["type"] for item in done[0]["output"]]
    check(kinds == ["message", "function_call"], f"a response can say something and call a tool ({kinds})")
    said = [response["output"][0]["content"][0]["transcript"] for response in done]
    check(said == [reply["say"] for reply in REPLIES], "what was said is what was to be said")
    check(sound > 24_000, f"the answers are spoken ({sound / 48_000:.1f} s)")
    problems = [text for event in raw for text in problem(event)]
    check(len(raw) > 20 and not problems, f"every event fits the client's types {problems[:3]}")
    check(not errors, f"no errors {errors[:1]}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python agents_session.py BASE_URL KEY CONTROL_URL")
    try:
        asyncio.run(main(*sys.argv[1:]))
    except Exception as error:
        check(False, f"no exception ({type(error).__name__}: {error})")
    finish()
