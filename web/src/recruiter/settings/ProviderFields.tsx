import type { ProviderView } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Field, TextField } from "../../components/ui/Field";
import { Time } from "../../components/ui/Time";
import { fieldError } from "../errors";
import layout from "../layout.module.css";

/** The fields that show what the server says about them. */
export const VOICE_FIELDS = [
  "key",
  "url",
  "settings.voice",
  "settings.models",
  "settings.transcriptions",
  "settings.languages",
  "settings.vocabulary",
];

type ProviderFieldsProps = { provider: ProviderView; error: unknown; onForget: () => void };

/** Key, voice, models, languages and vocabulary of one provider. */
export function ProviderFields({ provider, error, onForget }: ProviderFieldsProps) {
  const { key, settings, url, kind } = provider;
  const wrong = (field: string) => fieldError(error, field);
  const azure = kind === "azure";
  return (
    <>
      <Field
        autoComplete="off"
        error={wrong("key")}
        hint={keyHint(provider)}
        label={key ? "New key" : "Key"}
        name="key"
        spellCheck={false}
        type="password"
      />
      {key && (
        <div className={layout.row}>
          <span className={layout.muted}>
            Kept: a key that ends in {key.end}, since <Time at={key.set_at} />.
          </span>
          <Button kind="plain" onClick={onForget} size="small">
            Remove it
          </Button>
        </div>
      )}
      <Field
        defaultValue={url}
        error={wrong("url")}
        hint={azure ? "https://<your resource>.openai.azure.com" : "Empty for OpenAI itself."}
        inputMode="url"
        label="Address"
        name="url"
        spellCheck={false}
      />
      <Field
        defaultValue={settings.voice}
        error={wrong("settings.voice")}
        hint="marin, cedar, alloy, ash, ballad, coral, echo, sage, shimmer or verse"
        label="Voice"
        name="voice"
        spellCheck={false}
      />
      <TextField
        defaultValue={settings.models.join("\n")}
        error={wrong("settings.models")}
        hint={azure ? "Names of deployments, one per line, tried in this order." : "One per line, tried in this order."}
        label="Models"
        name="models"
        rows={2}
        spellCheck={false}
      />
      <TextField
        defaultValue={settings.transcriptions.join("\n")}
        error={wrong("settings.transcriptions")}
        hint="They write the answers down. One per line, tried in this order."
        label="Transcription models"
        name="transcriptions"
        rows={2}
        spellCheck={false}
      />
      <Field
        defaultValue={settings.languages.join(", ")}
        error={wrong("settings.languages")}
        hint="Beside the plan's own, if candidates may mix: de, fr"
        label="Further languages"
        name="languages"
        spellCheck={false}
      />
      <TextField
        defaultValue={settings.vocabulary.join("\n")}
        dir="auto"
        error={wrong("settings.vocabulary")}
        hint="Names and terms that answers contain, one per line. Not every transcription model takes them."
        label="Vocabulary"
        name="vocabulary"
        rows={3}
      />
    </>
  );
}

function keyHint({ key, has_installed_key, kind }: ProviderView): string {
  if (key) return "Leave empty to keep the one that is there.";
  if (has_installed_key) return "Empty: the key of this installation is used.";
  return kind === "azure" ? "Key 1 or 2 of your resource." : "Begins with sk-. It is sealed and never shown again.";
}
