import { useEffect, useMemo, useSyncExternalStore } from "react";
import { address } from "../../api/client";
import type { RecordingReport, TurnView } from "../../api/types";
import { Player } from "./player";
import { lineAt } from "./told";

/** A player of a session's recording; null while there is nothing to play. */
export function usePlayer(id: string, report: RecordingReport | undefined): Player | null {
  const parts = report?.parts;
  // A report that is read again and says the same has the same parts: it does not stop the player.
  const player = useMemo(() => {
    if (!parts || parts.length === 0) return null;
    const newSound = () => {
      const sound = new Audio();
      sound.preload = "metadata";
      return sound;
    };
    return new Player(newSound, parts, (part) =>
      address("/v1/sessions/{id}/recording/{part}", { id, part: String(part) }),
    );
  }, [id, parts]);
  useEffect(() => () => player?.close(), [player]);
  return player;
}

const never = () => () => undefined;

/** The item that is said at the player's place, once it has been played or moved. */
export function useSaid(player: Player | null, turns: readonly TurnView[]): string | null {
  return useSyncExternalStore(player?.store.subscribe ?? never, () => {
    const playback = player?.store.get();
    if (!playback || (!playback.playing && playback.at === 0)) return null;
    return lineAt(turns, playback.at)?.item ?? null;
  });
}
