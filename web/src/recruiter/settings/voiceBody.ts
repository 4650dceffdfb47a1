// What the voice form sends.
import type { In } from "../../api/routes";
import type { ProviderKind } from "../../api/types";
import { formText } from "../formText";

export const KINDS: readonly ProviderKind[] = ["own", "openai", "azure"];

export const NAMES: Record<ProviderKind, string> = {
  own: "The built-in voice",
  openai: "OpenAI",
  azure: "Azure OpenAI",
};

export type VoiceBody = In<"PUT /v1/settings/voice">;

/** The form's choice. A key that was not typed is left out: the server keeps the one it has. */
export function bodyOf(form: HTMLFormElement, kind: ProviderKind | null): VoiceBody {
  if (kind === null || kind === "own") return { kind };
  const text = formText(form);
  const key = text("key").trim();
  return {
    kind,
    url: text("url").trim(),
    ...(key !== "" && { key }),
    settings: {
      voice: text("voice").trim(),
      models: lines(text("models")),
      transcriptions: lines(text("transcriptions")),
      languages: lines(text("languages")),
      vocabulary: lines(text("vocabulary")),
    },
  };
}

/** One entry per line; commas separate as well. */
function lines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
