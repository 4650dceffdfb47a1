"""aiortc, a WebRTC stack of its own, completes a call with the voice engine: sound both ways, events on the channel.

Usage: python call.py BASE_URL KEY [CONTROL_URL of a simulator]
"""

import asyncio
import fractions
import json
import sys
import time

import numpy as np
import openai
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame

from check import check, finish, order, share

SPOKEN = "I prefer small teams, because decisions are made much faster there."
ASKED = "Please tell me about your last project."
TIMEOUT_S = 60


class Microphone(MediaStreamTrack):
    """Silence, and between it whatever is to be said."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.sound = np.zeros(0, dtype=np.int16)
        self.sent = 0
        self.started = None

    def say(self, pcm24k: np.ndarray) -> None:
        self.sound = np.repeat(pcm24k, 2)

    async def recv(self) -> AudioFrame:
        self.started = self.started or time.monotonic()
        await asyncio.sleep(max(0.0, self.started + self.sent / 48_000 - time.monotonic()))
        piece, self.sound = self.sound[:960], self.sound[960:]
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(np.pad(piece, (0, 960 - len(piece))).tobytes())
        frame.pts, frame.sample_rate, frame.time_base = self.sent, 48_000, fractions.Fraction(1, 48_000)
        self.sent += 960
        return frame


class Speaker:
    """Measures what arrives."""

    def __init__(self):
        self.loud_s = 0.0
        self.frames = 0

    async def play(self, track) -> None:
        while True:
            try:
                frame = await track.recv()
            except Exception:  # aiortc's end of a track
                return
            samples = frame.to_ndarray().astype(np.float32).ravel() / 32_768
            self.frames += 1
            if float(np.sqrt((samples**2).mean())) > 0.01:
                self.loud_s += frame.samples / frame.sample_rate


class Events:
    """Events of the data channel, in order."""

    def __init__(self):
        self.queue = asyncio.Queue()

    async def until(self, kind: str) -> tuple[dict, list[dict]]:
        before = []
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                event = await self.queue.get()
                before.append(event)
                if event["type"] == kind:
                    return event, before


async def main(base: str, key: str, control: str = "") -> None:
    order(control, "/script", {"answers": [{"text": SPOKEN}]})
    client = openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0)
    speech = await client.audio.speech.create(model="any", voice="am_michael", input=SPOKEN, response_format="pcm")
    recording = np.frombuffer(speech.read(), dtype=np.int16)

    peer, microphone, speaker, events = RTCPeerConnection(), Microphone(), Speaker(), Events()
    channel = peer.createDataChannel("oai-events")
    channel.on("message", lambda text: events.queue.put_nowait(json.loads(text)))
    tasks = []
    peer.on("track", lambda track: tasks.append(asyncio.ensure_future(speaker.play(track))))
    peer.addTrack(microphone)
    await peer.setLocalDescription(await peer.createOffer())

    session = {"type": "realtime", "model": "insights-voice", "audio": {"output": {"voice": "marin"}}}
    answer = await client.realtime.calls.with_raw_response.create(sdp=peer.localDescription.sdp, session=session)
    location = answer.headers.get("location", "")
    check(location.startswith("/v1/realtime/calls/rtc_"), "the call has an id in Location")
    check(answer.http_response.status_code == 201, "the offer is answered with 201")
    await peer.setRemoteDescription(RTCSessionDescription(answer.http_response.text, "answer"))

    created, _ = await events.until("session.created")
    check(created["session"]["type"] == "realtime", "session.created comes on the data channel")
    call_id = location.rsplit("/", 1)[1]

    def interrupt() -> None:
        """Speaks into the voice: by the microphone, and, where sound is not understood, by the script."""
        microphone.say(recording)
        order(control, f"/calls/{call_id}/speak", {"text": SPOKEN})

    await converse(channel, events, microphone, speaker, recording, interrupt)

    await client.realtime.calls.hangup(call_id)
    try:
        await client.realtime.calls.hangup(f"{call_id}x")
        check(False, "an unknown call cannot be hung up")
    except openai.NotFoundError as error:
        check(error.code == "call_id_not_found", "an unknown call cannot be hung up")
    try:
        await client.realtime.calls.create(sdp="v=0\r\n")
        check(False, "an offer without audio is refused")
    except openai.BadRequestError as error:
        check(error.code == "invalid_offer", "an offer without audio is refused")
    await peer.close()
    await asyncio.gather(*tasks, return_exceptions=True)


async def converse(channel, events: Events, microphone: Microphone, speaker: Speaker, recording, interrupt) -> None:
    turns = {"type": "semantic_vad", "create_response": False, "interrupt_response": True}
    audio = {"input": {"transcription": {"model": "any"}, "turn_detection": turns}}
    channel.send(json.dumps({"type": "session.update", "session": {"type": "realtime", "audio": audio}}))
    await events.until("session.updated")

    words = "Say exactly the following words, in the same language, and nothing before or after them:"
    instructions = f'{words}\n"""\n{ASKED}\n"""'
    channel.send(json.dumps({"type": "response.create", "response": {"instructions": instructions}}))
    await events.until("output_audio_buffer.started")
    done, _ = await events.until("response.done")
    check(done["response"]["output"][0]["content"][0]["transcript"] == ASKED, "a given text is spoken, word for word")
    await events.until("output_audio_buffer.stopped")
    check(speaker.loud_s > 1.0, f"the voice is heard ({speaker.loud_s:.1f} s of sound)")

    microphone.say(recording)
    started, _ = await events.until("input_audio_buffer.speech_started")
    committed, _ = await events.until("input_audio_buffer.committed")
    check(committed["item_id"] == started["item_id"], "the answer becomes an item")
    completed, _ = await events.until("conversation.item.input_audio_transcription.completed")
    check(share(SPOKEN, completed["transcript"]) >= 0.8, "the spoken answer is recognized")

    channel.send(json.dumps({"type": "response.create", "response": {"instructions": instructions}}))
    await events.until("output_audio_buffer.started")
    interrupt()
    truncated, before = await events.until("conversation.item.truncated")
    kinds = [event["type"] for event in before]
    check("output_audio_buffer.cleared" in kinds, "speaking stops the voice")
    check(truncated["audio_end_ms"] > 0, "what was heard is told")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python call.py BASE_URL KEY [CONTROL_URL]")
    try:
        asyncio.run(main(*sys.argv[1:]))
    except Exception as error:
        check(False, f"no exception ({type(error).__name__}: {error})")
    finish()
