import type { Invitation } from "../../api/types";
import { Notice } from "../../components/ui/Notice";
import { Time } from "../../components/ui/Time";

/** What became of the newest link. */
export function InvitationFacts({ invitation }: { invitation: Invitation }) {
  return (
    <Notice>
      <span>{state(invitation)}</span>
      {invitation.sent_at !== null && (
        <span>
          E-mailed <Time at={invitation.sent_at} />.
        </span>
      )}
      <span>
        The link itself was shown once and is not stored. A new link closes the old one; what was said so far is kept.
      </span>
    </Notice>
  );
}

function state({ state, expires_at, opens_at, created_at }: Invitation) {
  switch (state) {
    case "open":
      return (
        <>
          Invited <Time at={created_at} />; the link closes <Time at={expires_at} />.
        </>
      );
    case "not_yet_open":
      return <>The link opens {opens_at === null ? "later" : <Time at={opens_at} />}.</>;
    case "expired":
      return (
        <>
          The link expired <Time at={expires_at} />.
        </>
      );
    case "revoked":
      return <>The last link was revoked.</>;
    case "finished":
      return <>The interview of this link is finished.</>;
  }
}
