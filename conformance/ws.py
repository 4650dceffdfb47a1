"""The official Python client holds a WebSocket conversation with the voice engine.

Usage: python ws.py BASE_URL KEY [CONTROL_URL of a simulator]
"""

import asyncio
import base64
import io
import sys
import wave

import openai
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter, ValidationError

from check import check, finish, order, share, unknown_fields

SPOKEN = "I led the migration of our billing service to a new database last year."
TIMEOUT_S = 60
EVENTS = TypeAdapter(RealtimeServerEvent)


class Talk:
    """A connection with everything it received, each event checked against the client's own types."""

    def __init__(self, connection):
        self.connection = connection
        self.invalid = []

    async def until(self, kind: str) -> tuple:
        """Receives up to the next event of this kind; returns it and all before it."""
        before = []
        async with asyncio.timeout(TIMEOUT_S):
            async for event in self.connection:
                try:
                    typed = EVENTS.validate_python(event.to_dict())
                    self.invalid += [f"{event.type}{name}: unknown" for name in unknown_fields(typed)]
                except ValidationError as error:
                    self.invalid.append(f"{event.type}: {error.errors()[0]}")
                before.append(event)
                if event.type == kind:
                    return event, before
        raise RuntimeError(f"the connection ended before {kind}")


async def main(base: str, key: str, control: str = "") -> None:
    order(control, "/script", {"answers": [{"text": SPOKEN}]})
    client = openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0)
    speech = await client.audio.speech.create(model="any", voice="af_heart", input=SPOKEN, response_format="wav")
    wav = speech.read()
    with wave.open(io.BytesIO(wav)) as reader:
        check(reader.getframerate() == 24_000, "speech is 24 kHz")
        pcm = reader.readframes(reader.getnframes())
    text = (await client.audio.transcriptions.create(model="any", file=("speech.wav", wav))).text
    check(share(SPOKEN, text) >= 0.8, "the recording is recognized")

    secret = await client.realtime.client_secrets.create(
        session={"type": "realtime", "model": "insights-voice", "instructions": "Bound to the key."}
    )
    check(secret.value.startswith("ek_") and secret.session.id.startswith("sess_"), "an ephemeral key is made")
    ephemeral = openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=secret.value, max_retries=0)
    async with ephemeral.realtime.connect(model="insights-voice") as connection:
        created, _ = await Talk(connection).until("session.created")
        check(created.session.instructions == "Bound to the key.", "a session by that key begins with its settings")

    async with client.realtime.connect(model="insights-voice") as connection:
        await converse(Talk(connection), connection, pcm)

    try:
        wrong = openai.AsyncOpenAI(base_url=f"{base}/v1", api_key="sk-wrong", max_retries=0)
        async with wrong.realtime.connect(model="insights-voice"):
            check(False, "a wrong key is refused on the handshake")
    except Exception as error:  # whatever the WebSocket library of the client raises
        check("401" in str(error), "a wrong key is refused on the handshake")


async def converse(talk: Talk, connection, pcm: bytes) -> None:
    await talk.until("session.created")
    await connection.session.update(
        session={
            "type": "realtime",
            "audio": {"input": {"transcription": {"model": "any"}, "turn_detection": None}},
        }
    )
    updated, _ = await talk.until("session.updated")
    check(updated.session.audio.input.turn_detection is None, "turns are committed by hand")

    for at in range(0, len(pcm), 9_600):
        await connection.input_audio_buffer.append(audio=base64.b64encode(pcm[at : at + 9_600]).decode())
    await connection.input_audio_buffer.commit()
    added, before = await talk.until("conversation.item.added")
    check(added.item.content[0].type == "input_audio", "a spoken item enters the conversation")
    completed, _ = await talk.until("conversation.item.input_audio_transcription.completed")
    check(share(SPOKEN, completed.transcript) >= 0.8, "the spoken words come back")
    check(completed.item_id == added.item.id, "the words belong to the item")

    await connection.conversation.item.create(
        item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
    )
    typed, _ = await talk.until("conversation.item.added")
    check(typed.previous_item_id == completed.item_id, "the items are linked")

    await connection.response.create(response={"output_modalities": ["audio"]})
    done, before = await talk.until("response.done")
    check(done.response.status == "completed", "the answer completes")
    sound = b"".join(base64.b64decode(e.delta) for e in before if e.type == "response.output_audio.delta")
    check(len(sound) > 24_000 * 2, f"the answer is spoken ({len(sound) / 48_000:.1f} s)")

    spoken = done.response.output[0].id
    await connection.conversation.item.truncate(item_id=spoken, content_index=0, audio_end_ms=500)
    truncated, _ = await talk.until("conversation.item.truncated")
    check(truncated.audio_end_ms == 500, "what was heard can be told")

    await connection.response.create(response={"conversation": "none", "output_modalities": ["text"]})
    done, _ = await talk.until("response.done")
    check(done.response.conversation_id is None, "a response out of band stays out of the conversation")
    check(not talk.invalid, f"every event fits the client's types {talk.invalid[:3]}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python ws.py BASE_URL KEY [CONTROL_URL]")
    try:
        asyncio.run(main(*sys.argv[1:]))
    except Exception as error:
        check(False, f"no exception ({type(error).__name__}: {error})")
    finish()
