// The recording as the page knows it before its code is there: what is asked of it is done once it is.
import { createStore } from "../store";
import { type LegRecorder, NOTHING, type Recording, type Saving, type TalkRecorder } from "./types";

type Loaded = Recording<LegRecorder>;

/**
 * `load` brings the code; when that fails it is tried again with the next microphone, and without it nothing is recorded.
 * `now`: milliseconds of the page's monotonic clock.
 */
export function lazyRecording(load: () => Promise<Loaded>, now: () => number): Recording {
  const store = createStore<Saving, Saving>(NOTHING, (_, next) => next);
  let here: Loaded | null = null;
  let loading: Promise<Loaded> | null = null;
  const arrived = (recording: Loaded) => {
    here = recording;
    const tell = () => store.dispatch(recording.store.get());
    recording.store.subscribe(tell);
    tell();
    return recording;
  };
  const loaded = () => {
    loading ??= load().then(arrived, (error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  loaded().catch(without);
  return {
    store,
    settled: (ms) => here?.settled(ms) ?? Promise.resolve(true),
    recorder(session, key): TalkRecorder {
      let made: LegRecorder | null = null;
      const later = (act: (recorder: LegRecorder) => void) => {
        const ready = loaded().then((recording) => {
          made ??= recording.recorder(session, key);
          act(made);
        });
        ready.catch(without);
      };
      return {
        async ready(leg, tell) {
          const asked = now();
          const answer = await tell();
          const readyAt = (asked + now()) / 2;
          later((to) => to.attend({ number: leg, readyAt }));
          return answer;
        },
        use: (track) => later((to) => to.use(track)),
        stop: () => later((to) => to.stop()),
      };
    },
  };
}

/** The talk goes on without a recording; the record says that there is none. */
const without = () => undefined;
