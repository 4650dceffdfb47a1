import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { Notice } from "../../components/ui/Notice";
import { fieldError } from "../errors";
import { Form } from "../Form";
import layout from "../layout.module.css";
import { useSaveMe } from "./useSaveMe";

/** Sets the first password or a new one. `/settings#password` leads here. */
export function PasswordForm({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const save = useSaveMe(hasPassword ? "Password changed." : "Password set.");
  const [shown, setShown] = useState(false);
  const wanted = useRouterState({ select: (state) => state.location.hash === "password" });
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (wanted) section.current?.querySelector<HTMLElement>("input[name=password]")?.focus();
  }, [wanted]);

  return (
    <section aria-label="Password" className={layout.card} id="password" ref={section}>
      <h2 className={layout.cardHeading}>Password</h2>
      {!hasPassword && (
        <Notice tone="warn">You came by a one-time link. Set a password now, so that you can sign in again.</Notice>
      )}
      <Form
        error={save.error}
        fields={["password"]}
        onSubmit={(text, form) => save.mutate({ password: text("password") }, { onSuccess: () => form.reset() })}
      >
        <input autoComplete="username" hidden readOnly type="email" value={email} />
        <Field
          autoComplete="new-password"
          error={fieldError(save.error, "password")}
          hint="At least 10 characters; four words are easy to keep in mind."
          label={hasPassword ? "New password" : "Password"}
          name="password"
          type={shown ? "text" : "password"}
        />
        <div className={layout.row}>
          <Button busy={save.isPending} kind={hasPassword ? "quiet" : "primary"} type="submit">
            {hasPassword ? "Change password" : "Set password"}
          </Button>
          <Button aria-pressed={shown} kind="plain" onClick={() => setShown(!shown)}>
            Show it
          </Button>
        </div>
      </Form>
    </section>
  );
}
