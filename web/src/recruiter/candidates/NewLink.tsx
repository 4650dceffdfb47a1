import { useEffect, useId, useRef } from "react";
import { Copy } from "../../components/ui/Copy";
import { Notice } from "../../components/ui/Notice";
import { absolute } from "../../components/ui/times";
import layout from "../layout.module.css";
import styles from "./InvitationDialog.module.css";

type NewLinkProps = { link: string; email: string; mailed: boolean; expiresAt: number };

/** A link that was just made: shown now and never again. */
export function NewLink({ link, email, mailed, expiresAt }: NewLinkProps) {
  const id = useId();
  const address = useRef<HTMLInputElement>(null);
  // The button that made the link is gone; whoever works by keyboard goes on here.
  useEffect(() => address.current?.focus(), []);
  return (
    <div className={layout.stack}>
      <div className={layout.tight}>
        <label className={styles.label} htmlFor={id}>
          Invitation link
        </label>
        <div className={styles.link}>
          <input
            className={styles.address}
            id={id}
            ref={address}
            onFocus={(event) => event.target.select()}
            readOnly
            value={link}
          />
          <Copy label="Copy link" text={link} />
        </div>
      </div>
      <Notice tone={mailed ? "ok" : "accent"}>
        <span>{mailed ? `It is on its way to ${email}.` : "Copy it now: it is shown only this once."}</span>
        <span>It opens without a login and closes on {absolute(expiresAt)}.</span>
      </Notice>
    </div>
  );
}
