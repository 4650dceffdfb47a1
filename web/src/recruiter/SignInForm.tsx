import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { call } from "../api/client";
import type { Me } from "../api/types";
import { Button } from "../components/ui/Button";
import { Field } from "../components/ui/Field";
import { Notice } from "../components/ui/Notice";
import { fieldError, formError } from "./errors";
import { formText } from "./formText";
import styles from "./SignInForm.module.css";

/** E-mail and password. */
export function SignInForm({ onDone }: { onDone: (me: Me) => Promise<void> }) {
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => call("POST /v1/sign-in", { body }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    signIn.mutate({ email: text("email").trim(), password: text("password") });
  };
  const wrong = formError(signIn.error, ["email", "password"]);
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {wrong && (
        <Notice role="alert" tone="danger">
          {wrong}
        </Notice>
      )}
      <Field
        autoComplete="username"
        error={fieldError(signIn.error, "email")}
        inputMode="email"
        label="E-mail"
        name="email"
        type="email"
      />
      <Field
        autoComplete="current-password"
        error={fieldError(signIn.error, "password")}
        label="Password"
        name="password"
        type="password"
      />
      <Button busy={signIn.isPending} kind="primary" type="submit">
        Sign in
      </Button>
    </form>
  );
}
