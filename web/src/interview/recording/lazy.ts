// The recording as the page knows it before its code is there: what is asked of it is done once it is.
import { createStore } from "../store";
import { NOTHING, type Recording, type Saving, type TalkRecorder } from "./types";

/** `load` brings the code; when that fails it is tried again with the next microphone, and without it nothing is recorded. */
export function lazyRecording(load: () => Promise<Recording>): Recording {
  const store = createStore<Saving, Saving>(NOTHING, (_, next) => next);
  let loading: Promise<Recording> | null = null;
  const loaded = () => {
    loading ??= load().then(
      (recording) => {
        const tell = () => store.dispatch(recording.store.get());
        recording.store.subscribe(tell);
        tell();
        return recording;
      },
      (error) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  loaded().catch(without);
  return {
    store,
    async settled(ms) {
      const recording = await loading?.catch(without);
      return recording ? recording.settled(ms) : true;
    },
    recorder(session, key): TalkRecorder {
      let made: Promise<TalkRecorder> | null = null;
      const recorder = () => {
        made ??= loaded().then((recording) => recording.recorder(session, key));
        made.catch(() => {
          made = null;
        });
        return made;
      };
      const later = (act: (recorder: TalkRecorder) => void) => void recorder().then(act).catch(without);
      return {
        // Never waits for the code: the interviewer does not speak before this is told.
        async ready(leg, tell) {
          const told = tell();
          later((to) => void to.ready(leg, () => told).catch(without));
          return told;
        },
        use: (track) => later((to) => to.use(track)),
        stop: () => later((to) => to.stop()),
      };
    },
  };
}

/** The talk goes on without a recording; the record says that there is none. */
const without = () => undefined;
