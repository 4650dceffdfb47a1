import { useCallback, useEffect, useRef, useState } from "react";
import {
  deviceOf,
  listMicrophones,
  type Microphone,
  openMicrophone,
  remember,
  silentMicrophone,
  stopAll,
  watchDevices,
} from "../interview/devices";
import { type Failure, failureOf } from "../interview/errors";
import { audioContext } from "./sound";

type MicrophoneState = {
  is: "off" | "asking" | "on" | "failed";
  stream: MediaStream | null;
  selected: string | null;
  devices: Microphone[];
  failure: Failure | null;
  /** No real microphone: every answer is typed. */
  typed: boolean;
};
export type MicrophoneControl = MicrophoneState & {
  /** Opens the microphone used last, or this one. Gives the stream, or null when refused. */
  open: (id?: string) => Promise<MediaStream | null>;
  /** Goes on without a microphone. */
  typeOnly: () => MediaStream;
};

const OFF: MicrophoneState = { is: "off", stream: null, selected: null, devices: [], failure: null, typed: false };

/** The microphone from the sound check to the end of the talk, through changes and unplugging. */
export function useMicrophone(): MicrophoneControl {
  const [state, setState] = useState(OFF);
  const current = useRef<MediaStream | null>(null);

  const take = useCallback((stream: MediaStream | null) => {
    if (current.current && current.current !== stream) stopAll(current.current);
    current.current = stream;
  }, []);

  const open = useCallback(
    async (id?: string) => {
      setState((old) => ({ ...old, is: old.is === "on" ? "on" : "asking", failure: null }));
      try {
        const stream = await openMicrophone(id);
        take(stream);
        const selected = deviceOf(stream);
        if (id && selected) remember(selected);
        setState({ is: "on", stream, selected, devices: await listMicrophones(), failure: null, typed: false });
        return stream;
      } catch (caught) {
        const failure = failureOf(caught, Date.now());
        setState((old) => ({ ...old, is: "failed", failure }));
        return null;
      }
    },
    [take],
  );

  const typeOnly = useCallback(() => {
    const stream = silentMicrophone(audioContext());
    take(stream);
    setState({ ...OFF, is: "on", stream, typed: true });
    return stream;
  }, [take]);

  const { stream, typed } = state;
  const isGone = useRef(false);
  isGone.current = state.failure?.code === "microphone_unplugged" || state.failure?.code === "microphone_missing";
  useEffect(() => {
    if (!stream || typed) return;
    return watchDevices(stream, {
      gone: () => setState((old) => ({ ...old, is: "failed", failure: { code: "microphone_unplugged" } })),
      change: () =>
        void listMicrophones().then(
          (devices) => {
            setState((old) => ({ ...old, devices }));
            // It was plugged in again, or another one was: nobody should have to press a button for that.
            if (isGone.current && devices.length > 0) void open();
          },
          () => undefined,
        ),
    });
  }, [stream, typed, open]);

  return { ...state, open, typeOnly };
}
