import { Dialog } from "../components/ui/Dialog";
import { Shortcut } from "../components/ui/Shortcut";
import styles from "./KeysDialog.module.css";

const GROUPS = [
  { place: "Everywhere", keys: [["?", "Show these shortcuts"]] },
  {
    place: "Transcript",
    keys: [
      ["J", "Next line"],
      ["K", "Line before"],
      ["/", "Search in the transcript"],
      ["Esc", "Leave the search"],
    ],
  },
  {
    place: "Recording",
    keys: [
      ["Space", "Play or pause"],
      ["Enter", "Play from the line"],
      ["←", "Back 5 seconds"],
      ["→", "Forward 5 seconds"],
    ],
  },
  {
    place: "Plan",
    keys: [
      ["Alt ↑", "Move the question up"],
      ["Alt ↓", "Move the question down"],
    ],
  },
] as const;

/** All keys of the app. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keyboard shortcuts">
      {GROUPS.map(({ place, keys }) => (
        <section key={place}>
          <h3 className={styles.place}>{place}</h3>
          <dl className={styles.keys}>
            {keys.map(([key, does]) => (
              <div className={styles.line} key={key}>
                <dt>{does}</dt>
                <dd>
                  <Shortcut keys={key} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
