import type { Me } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { fieldError } from "../errors";
import { Form } from "../Form";
import layout from "../layout.module.css";
import { useSaveMe } from "./useSaveMe";

/** Name and e-mail of the one who is signed in. */
export function ProfileForm({ me }: { me: Me }) {
  const save = useSaveMe("Profile saved.");
  return (
    <section aria-label="Profile" className={layout.card}>
      <h2 className={layout.cardHeading}>Profile</h2>
      <Form
        error={save.error}
        fields={["name", "email"]}
        onSubmit={(text) => save.mutate({ name: text("name").trim(), email: text("email").trim() })}
      >
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
      </Form>
    </section>
  );
}
