import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { ProviderKind, Voice } from "../../api/types";
import { useToast } from "../../components/ui/Toast";
import { voiceQuery } from "../queries";
import type { VoiceBody } from "./voiceBody";

/** Saves, tries and forgets what the company has set for its interviewer's voice. */
export function useVoice() {
  const client = useQueryClient();
  const say = useToast();
  const keep = (done: string) => (voice: Voice) => {
    client.setQueryData(voiceQuery.queryKey, voice);
    say(done);
  };
  const save = useMutation({
    mutationFn: (body: VoiceBody) => call("PUT /v1/settings/voice", { body }),
    onSuccess: keep("Saved. Interviews that begin from now on follow it."),
  });
  const test = useMutation({ mutationFn: (body: VoiceBody) => call("POST /v1/settings/voice/test", { body }) });
  const forget = useMutation({
    mutationFn: (kind: ProviderKind) => call("POST /v1/settings/voice/forget", { body: { kind } }),
    onSuccess: keep("The key is removed."),
  });
  return { save, test, forget };
}
