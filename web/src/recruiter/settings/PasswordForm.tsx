import { useRouterState } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { Notice } from "../../components/ui/Notice";
import { fieldError, formError } from "../errors";
import { formText } from "../formText";
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

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    save.mutate({ password: formText(form)("password") }, { onSuccess: () => form.reset() });
  };
  const wrong = formError(save.error, ["password"]);
  return (
    <section aria-label="Password" className={layout.card} id="password" ref={section}>
      <h2 className={layout.cardHeading}>Password</h2>
      {!hasPassword && (
        <Notice tone="warn">You came by a one-time link. Set a password now, so that you can sign in again.</Notice>
      )}
      <form className={layout.form} noValidate onSubmit={submit}>
        {wrong && (
          <Notice role="alert" tone="danger">
            {wrong}
          </Notice>
        )}
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
      </form>
    </section>
  );
}
