import { useCallback } from "react";
import { Skeleton } from "../components/ui/Skeleton";
import { stopAll } from "../interview/devices";
import type { Door } from "../interview/door";
import type { Outbox } from "../interview/outbox/outbox";
import type { Recording } from "../interview/recording/types";
import type { Transport } from "../interview/transport";
import { Check } from "./Check";
import { Consent, Declined } from "./Consent";
import { Conversation } from "./Conversation";
import { Page } from "./Page";
import { Problem } from "./Problem";
import { Receipt } from "./Receipt";
import { Resume } from "./Resume";
import { useMicrophone } from "./useMicrophone";
import { useVisit } from "./useVisit";
import { Welcome } from "./Welcome";
import { words } from "./words";

type AppProps = {
  /** Null when the link has no secret. */
  door: Door | null;
  transport: Transport;
  outbox: Outbox;
  recording: Recording;
};

/** The candidate's page: one step at a time, decided by what the server says. */
export function App({ door, transport, outbox, recording }: AppProps) {
  const { visit, talk, go, open, agree, begin } = useVisit(door, transport, outbox, recording);
  const microphone = useMicrophone();
  const { stream } = microphone;
  const finish = useCallback(async () => {
    if (stream) stopAll(stream);
    await open();
  }, [stream, open]);

  switch (visit.at) {
    case "loading":
      return (
        <Page title={words.loading} hideTitle>
          <Skeleton lines={4} label={words.loading} />
        </Page>
      );
    case "problem":
      return <Problem failure={visit.failure} view={visit.view} onAgain={() => void open()} />;
    case "welcome":
      return <Welcome view={visit.view} onContinue={() => go({ at: "consent", view: visit.view })} />;
    case "consent":
      return <Consent view={visit.view} onAgree={agree} onDecline={() => go({ at: "declined", view: visit.view })} />;
    case "declined":
      return <Declined view={visit.view} onBack={() => go({ at: "consent", view: visit.view })} />;
    case "check":
      return (
        <Check
          view={visit.view}
          microphone={microphone}
          recognize={(wav) => (door ? door.microphone(wav) : Promise.reject(new Error("no link")))}
          onStart={(chosen) => begin(visit.view, chosen)}
        />
      );
    case "resume":
      return <Resume view={visit.view} microphone={microphone} onGo={(chosen) => begin(visit.view, chosen)} />;
    case "talk":
      return (
        talk && (
          <Conversation
            view={visit.view}
            talk={talk}
            outbox={outbox}
            recording={recording}
            microphone={microphone}
            onOver={finish}
          />
        )
      );
    case "receipt":
      return talk && <Receipt view={visit.view} talk={talk} outbox={outbox} recording={recording} />;
  }
}
