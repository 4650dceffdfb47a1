import styles from "./Shortcut.module.css";

/** The key that does the same. */
export function Shortcut({ keys }: { keys: string }) {
  return <kbd className={styles.key}>{keys}</kbd>;
}
