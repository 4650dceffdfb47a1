import styles from "./Mark.module.css";

/** The product's mark: a voice. Decorative, a name stands beside it. */
export function Mark() {
  return (
    <svg aria-hidden="true" className={styles.mark} viewBox="0 0 24 24">
      <path d="M4 10v4M9.3 5.5v13M14.7 8.5v7M20 10v4" />
    </svg>
  );
}
