import type { FormEvent } from "react";
import type { Me } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { Notice } from "../../components/ui/Notice";
import { fieldError, formError } from "../errors";
import { formText } from "../formText";
import layout from "../layout.module.css";
import { useSaveMe } from "./useSaveMe";

/** Name and e-mail of the one who is signed in. */
export function ProfileForm({ me }: { me: Me }) {
  const save = useSaveMe("Profile saved.");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    save.mutate({ name: text("name").trim(), email: text("email").trim() });
  };
  const wrong = formError(save.error, ["name", "email"]);
  return (
    <section aria-label="Profile" className={layout.card}>
      <h2 className={layout.cardHeading}>Profile</h2>
      <form className={layout.form} noValidate onSubmit={submit}>
        {wrong && (
          <Notice role="alert" tone="danger">
            {wrong}
          </Notice>
        )}
        <Field
          autoComplete="name"
          defaultValue={me.member.name}
          dir="auto"
          error={fieldError(save.error, "name")}
          label="Name"
          name="name"
        />
        <Field
          autoComplete="email"
          defaultValue={me.member.email}
          error={fieldError(save.error, "email")}
          hint="You sign in with it."
          inputMode="email"
          label="E-mail"
          name="email"
          type="email"
        />
        <div className={layout.row}>
          <Button busy={save.isPending} type="submit">
            Save profile
          </Button>
        </div>
      </form>
    </section>
  );
}
