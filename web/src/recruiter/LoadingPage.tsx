import { Skeleton } from "../components/ui/Skeleton";
import styles from "./layout.module.css";

/** A page that is still loading: the same frame, grey lines. */
export function LoadingPage() {
  return (
    <div className={styles.page}>
      <Skeleton label="Loading the page" lines={6} />
    </div>
  );
}
