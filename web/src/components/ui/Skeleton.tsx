import styles from "./Skeleton.module.css";

/** Stands in for lines that are being loaded. */
export function Skeleton({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed row of equal lines
        <div key={index} className={styles.line} />
      ))}
    </div>
  );
}
