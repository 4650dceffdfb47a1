// A form that is sent as a whole: what is wrong with one input stands beside it, everything else above them all.
import type { FormEvent, ReactNode } from "react";
import { useId } from "react";
import { Button } from "../components/ui/Button";
import { Dialog } from "../components/ui/Dialog";
import { Notice } from "../components/ui/Notice";
import { formError } from "./errors";
import { formText } from "./formText";
import layout from "./layout.module.css";

type FormProps = {
  /** Names of the inputs that show an error of their own. */
  fields: readonly string[];
  /** What went wrong when it was last sent. */
  error: unknown;
  /** Called with a reader of the text inputs, by name. */
  onSubmit: (text: (name: string) => string, form: HTMLFormElement) => void;
  children: ReactNode;
  className?: string | undefined;
  id?: string;
};

export function Form({ fields, error, onSubmit, children, className = layout.form, id }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(formText(event.currentTarget), event.currentTarget);
  };
  const wrong = formError(error, fields);
  return (
    <form className={className} id={id} noValidate onSubmit={submit}>
      {wrong && (
        <Notice role="alert" tone="danger">
          {wrong}
        </Notice>
      )}
      {children}
    </form>
  );
}

type FormDialogProps = Omit<FormProps, "className" | "id"> & {
  title: string;
  /** On the button that sends it. */
  action: string;
  /** While it is being sent. */
  busy: boolean;
  onClose: () => void;
};

/** The same in a dialog, whose buttons stand at its end. */
export function FormDialog({ title, action, busy, onClose, ...form }: FormDialogProps) {
  const id = useId();
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button busy={busy} form={id} kind="primary" type="submit">
        {action}
      </Button>
    </>
  );
  return (
    <Dialog actions={actions} onClose={onClose} title={title}>
      <Form {...form} className={layout.stack} id={id} />
    </Dialog>
  );
}
