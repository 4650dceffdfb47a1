// Runs on the audio thread: hands every block of the first channel to the page.
class Tap extends AudioWorkletProcessor {
  process([input]) {
    const block = input?.[0];
    if (block) this.port.postMessage(block.slice());
    return true;
  }
}
registerProcessor("tap", Tap);
