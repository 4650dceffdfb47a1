import { useMutation } from "@tanstack/react-query";
import { call } from "../api/client";
import type { Me } from "../api/types";
import { Button } from "../components/ui/Button";
import { Field } from "../components/ui/Field";
import { fieldError } from "./errors";
import { Form } from "./Form";
import styles from "./SignInForm.module.css";

/** E-mail and password. */
export function SignInForm({ onDone }: { onDone: (me: Me) => Promise<void> }) {
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => call("POST /v1/sign-in", { body }),
    onSuccess: onDone,
  });
  return (
    <Form
      className={styles.form}
      error={signIn.error}
      fields={["email", "password"]}
      onSubmit={(text) => signIn.mutate({ email: text("email").trim(), password: text("password") })}
    >
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
    </Form>
  );
}
