// Who talks with the company's candidates: the built-in engine, OpenAI or Azure OpenAI, with whose key, and how.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Notice } from "../components/ui/Notice";
import { Time } from "../components/ui/Time";
import { Heading, Title } from "../recruiter/Heading";
import layout from "../recruiter/layout.module.css";
import { voiceQuery } from "../recruiter/queries";
import { SettingsTabs } from "../recruiter/settings/SettingsTabs";
import { VoiceForm } from "../recruiter/settings/VoiceForm";
import { insideRoute } from "./inside";

export const voiceRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/settings/voice",
  loader: ({ context: { client } }) => client.ensureQueryData(voiceQuery),
  component: VoicePage,
});

function VoicePage() {
  const { data: voice } = useSuspenseQuery(voiceQuery);
  return (
    <div className={`${layout.page} ${layout.narrow}`}>
      <Title>Voice</Title>
      <Heading facts="For everyone in your company. Interviews that begin from now on follow it.">Voice</Heading>
      <SettingsTabs />
      {voice.trouble && (
        <Notice tone="danger">
          The last interview could not be connected (<Time at={voice.trouble.at} />
          ). {voice.trouble.words}
        </Notice>
      )}
      <VoiceForm voice={voice} />
    </div>
  );
}
