import type { Session } from "../../api/types";
import { Notice } from "../../components/ui/Notice";
import { absolute } from "../../components/ui/times";

/** What the candidate's page did to the call beyond talking: undone, and told without judging. */
export function Integrity({ events }: { events: Session["integrity"] }) {
  if (events.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>The candidate’s page sent commands to the call. They were undone, and nothing of them is in the transcript.</p>
      <ul>
        {events.map(({ at, what }, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows, and two events can be alike
          <li key={n}>
            {absolute(at)}: {what}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
