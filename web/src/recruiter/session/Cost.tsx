import { useQuery } from "@tanstack/react-query";
import type { SessionCost } from "../../api/types";
import { Notice } from "../../components/ui/Notice";
import { Time } from "../../components/ui/Time";
import { length } from "../../components/ui/times";
import layout from "../layout.module.css";
import { costQuery } from "../queries";
import { count, money, reason } from "../words";

/** What the interview cost so far, in one sentence; by connection where there is more to say. Nothing before the first. */
export function Cost({ id, running }: { id: string; running: boolean }) {
  const { data: cost } = useQuery(costQuery(id, running));
  if (!cost || (cost.legs.length === 0 && cost.refusals.length === 0)) return null;
  return (
    <section aria-label="Cost" className={layout.tight}>
      {cost.legs.length > 0 && <Sum cost={cost} />}
      {cost.refusals.map(({ code, times, last_at }) => (
        <Notice key={code} tone="warn">
          {reason(code)}: {times === 1 ? "a connection was refused" : `${times} connections were refused`},{" "}
          {times > 1 && "last "}
          <Time at={last_at} />. What was said before is saved.
        </Notice>
      ))}
    </section>
  );
}

function Sum({ cost }: { cost: SessionCost }) {
  const share = cached(cost.tokens);
  return (
    <>
      <p className={`${layout.muted} ${layout.small} ${layout.number}`}>
        {cost.is_own ? "No provider cost" : `Provider cost ${money(cost.cost_micros)}`}
        {" · "}
        {length(cost.used_ms)} of {length(cost.limit_ms)} in {count(cost.legs.length, "connection")} of{" "}
        {cost.limit_legs}
        {!cost.is_own && share !== null && ` · ${share} of what the model read was cached, which is cheaper`}
        {!cost.is_price_known && " · a model has no price here: the dearest known one was taken"}
      </p>
      {!cost.is_own && (
        <details className={`${layout.muted} ${layout.small} ${layout.number}`}>
          <summary>By connection</summary>
          <ul>
            {cost.legs.map((leg) => (
              <li key={leg.leg}>
                {leg.leg}: {leg.is_own ? "own voice engine, no cost" : `${leg.model}, ${money(leg.cost_micros)}`},{" "}
                {length(leg.used_ms)}, {tokens(leg.tokens.input)} tokens in
                {cached(leg.tokens) !== null && ` (${cached(leg.tokens)} cached)`}, {tokens(leg.tokens.output)} out
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const tokens = (n: number) => n.toLocaleString("en-US");

/** Which part of the input had been seen before: "61%"; null where there was none. */
function cached({ input, cached }: SessionCost["tokens"]): string | null {
  return input > 0 ? `${Math.round((100 * cached) / input)}%` : null;
}
