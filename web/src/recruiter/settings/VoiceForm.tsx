import { type FormEvent, useRef, useState } from "react";
import type { ProviderKind, Voice } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Notice } from "../../components/ui/Notice";
import { Select } from "../../components/ui/Select";
import { formError } from "../errors";
import layout from "../layout.module.css";
import { ProviderFields, VOICE_FIELDS } from "./ProviderFields";
import { useVoice } from "./useVoice";
import { bodyOf, KINDS, NAMES } from "./voiceBody";

/** Chooses the provider, keeps its settings, and tries them. */
export function VoiceForm({ voice }: { voice: Voice }) {
  const [kind, setKind] = useState<ProviderKind | null>(voice.kind);
  const form = useRef<HTMLFormElement>(null);
  const { save, test, forget } = useVoice();
  const provider = voice.providers.find((one) => one.kind === kind);

  const choose = (value: string) => {
    setKind(KINDS.find((one) => one === value) ?? null);
    for (const asked of [save, test, forget]) asked.reset();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    test.reset();
    save.mutate(bodyOf(event.currentTarget, kind), { onSuccess: () => clearKey(form.current) });
  };
  const tryIt = () => {
    save.reset();
    if (form.current) test.mutate(bodyOf(form.current, kind));
  };
  const error = save.error ?? test.error ?? forget.error;
  const wrong = formError(error, VOICE_FIELDS);
  return (
    <section aria-label="Provider" className={layout.card}>
      <form className={layout.form} noValidate onSubmit={submit} ref={form}>
        {wrong && (
          <Notice role="alert" tone="danger">
            {wrong}
          </Notice>
        )}
        <Select
          hint={HINTS[kind ?? voice.installed]}
          label="Who talks with your candidates"
          onChange={(event) => choose(event.target.value)}
          options={[
            { value: "", label: `As installed (${NAMES[voice.installed]})` },
            ...KINDS.map((value) => ({ value, label: NAMES[value] })),
          ]}
          value={kind ?? ""}
        />
        {provider && (
          <ProviderFields
            error={error}
            key={provider.kind}
            onForget={() => forget.mutate(provider.kind, { onSuccess: ({ kind: left }) => setKind(left) })}
            provider={provider}
          />
        )}
        {test.data && (
          <Notice role="status" tone={test.data.ok ? "ok" : "danger"}>
            {test.data.words}
          </Notice>
        )}
        <div className={layout.row}>
          <Button busy={save.isPending} kind="primary" type="submit">
            Save
          </Button>
          <Button busy={test.isPending} onClick={tryIt}>
            Test
          </Button>
        </div>
      </form>
    </section>
  );
}

const HINTS: Record<ProviderKind, string> = {
  own: "Runs on this server. Nothing that is said leaves it.",
  openai: "Your candidates' voices go to OpenAI. Say so in what they agree to.",
  azure: "Your candidates' voices go to Azure OpenAI. Say so in what they agree to.",
};

/** The key has gone in and is not shown again. */
function clearKey(form: HTMLFormElement | null): void {
  const input = form?.elements.namedItem("key");
  if (input instanceof HTMLInputElement) input.value = "";
}
