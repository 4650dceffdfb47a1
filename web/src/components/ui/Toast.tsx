import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import styles from "./Toast.module.css";

type Say = (text: string) => void;
const ToastContext = createContext<Say>(() => undefined);
const SHOWN_MS = 5000;

/** Holds short confirmations ("Link copied"). Never the only place of an error. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<{ id: number; text: string }[]>([]);
  const next = useRef(0);
  const say = useCallback<Say>((text) => {
    const id = next.current++;
    setToasts((all) => [...all.filter((toast) => toast.text !== text), { id, text }]);
    setTimeout(() => setToasts((all) => all.filter((toast) => toast.id !== id)), SHOWN_MS);
  }, []);
  return (
    <ToastContext value={say}>
      {children}
      <div className={styles.stack} role="status">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles.toast}>
            {toast.text}
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** Shows a confirmation for a few seconds. */
export function useToast(): Say {
  return useContext(ToastContext);
}
