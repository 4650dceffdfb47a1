import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { address } from "../../api/client";
import type { CompletenessReport } from "../../api/types";
import { Badge } from "../../components/ui/Badge";
import { buttonClass } from "../../components/ui/Button";
import { CheckIcon, DownloadIcon, WarnIcon } from "../../components/ui/icons";
import { Notice } from "../../components/ui/Notice";
import { Time } from "../../components/ui/Time";
import { length } from "../../components/ui/times";
import layout from "../layout.module.css";
import { completenessQuery } from "../queries";
import { count } from "../words";
import styles from "./Proof.module.css";

/** How complete the transcript of a session that is over is, and how anybody can check it. */
export function Proof({ id }: { id: string }) {
  const { data: report } = useQuery(completenessQuery(id));
  if (!report || report.state === "live") return null;
  const newest = report.revisions.at(-1);
  return (
    <section aria-label="Completeness" className={layout.tight}>
      {report.state === "amended" && newest && (
        <Notice tone="accent">
          <p>
            The record was amended <Time at={newest.sealed_at} />: {amendment(report)}. Earlier revisions are kept.
          </p>
        </Notice>
      )}
      <details className={styles.panel}>
        <summary className={styles.summary}>
          <StateBadge report={report} />
          <span className={styles.brief}>{brief(report)}</span>
          <span className={styles.more}>Details</span>
        </summary>
        <dl className={styles.facts}>
          <Fact name="Sealed">
            {newest ? (
              <>
                <Time at={newest.sealed_at} />, revision {newest.revision}
              </>
            ) : (
              "Not yet: the candidate’s device may still send something"
            )}
          </Fact>
          {report.reasons.length > 0 && (
            <Fact name="Missing or unproven">
              <List items={report.reasons.map(({ words }) => words)} />
            </Fact>
          )}
          <Fact name="Candidate’s device">{report.page.words}</Fact>
          <Fact name="Seen by both">{witnessed(report)}</Fact>
          {report.page.divergent.length > 0 && (
            <Fact name="Heard differently">
              <Divergent report={report} />
            </Fact>
          )}
          {report.recovered && (
            <Fact name="Not heard live">
              <Recovered sum={report.recovered} />
            </Fact>
          )}
          {report.interruptions.length > 0 && (
            <Fact name="Interruptions">
              <List items={report.interruptions.map(interruption)} />
            </Fact>
          )}
          {newest && (
            <Fact name="Proof">
              <p className={styles.hash}>Root {newest.root}</p>
              <p className={styles.hash}>Key {newest.key}</p>
              <p className={styles.export}>
                <a
                  className={buttonClass({ size: "small" })}
                  download
                  href={address("/v1/sessions/{id}/evidence", { id }, {})}
                >
                  <DownloadIcon size={16} /> Evidence file
                </a>
                <span>
                  Check it anywhere, without this server: <code>insights verify FILE</code>
                </span>
              </p>
            </Fact>
          )}
        </dl>
      </details>
    </section>
  );
}

function StateBadge({ report: { state, page, reasons } }: { report: CompletenessReport }) {
  if (state === "draining") return <Badge>Saving the last entries</Badge>;
  if (reasons.length > 0 || page.divergent.length > 0)
    return (
      <Badge icon={<WarnIcon size={14} />} tone="warn">
        {state === "amended" ? "Sealed again" : "Sealed"}
      </Badge>
    );
  return (
    <Badge icon={<CheckIcon size={14} />} tone="ok">
      {state === "amended" ? "Sealed again" : "Sealed"}
    </Badge>
  );
}

/** Why there is another revision. */
function amendment({ recovered }: CompletenessReport): string {
  return recovered
    ? "speech that was not heard live was found in the recording after it was sealed"
    : "something arrived after it was sealed";
}

/** The report in half a sentence. */
function brief({ reasons, page, interruptions, recovered }: CompletenessReport): string {
  const parts = [
    reasons.length === 0 ? whole(recovered) : count(reasons.length, "reason to doubt", "reasons to doubt"),
  ];
  if (page.divergent.length > 0) parts.push(`${count(page.divergent.length, "turn")} heard differently`);
  if (recovered)
    parts.push(
      `${recovered.recovered_spans} of ${count(recovered.spans, "unheard stretch", "unheard stretches")} recovered`,
    );
  if (page.state === "awaiting") parts.push("awaiting the candidate’s device");
  if (interruptions.length > 0) parts.push(count(interruptions.length, "interruption"));
  return parts.join(" · ");
}

function whole(recovered: CompletenessReport["recovered"]): string {
  const all = !recovered || recovered.recovered_spans === recovered.spans;
  return all ? "every word is there" : "every word that was heard live is there";
}

function witnessed({ page }: CompletenessReport): string {
  const parts = [`${count(page.confirmed, "turn")} confirmed by the candidate’s page`];
  if (page.server_only > 0) parts.push(`${page.server_only} seen by the server only`);
  if (page.page_only.length > 0) parts.push(`${page.page_only.length} seen by the page only, not in the transcript`);
  return parts.join(", ");
}

/** What was found in the recording, and what became of it. */
function Recovered({ sum }: { sum: NonNullable<CompletenessReport["recovered"]> }) {
  const found = count(sum.spans, "stretch of speech", "stretches of speech");
  const told =
    sum.recovered_spans === 0
      ? "none could be recovered"
      : `recovered from audio: ${sum.recovered_spans}, ${length(Math.max(1000, sum.recovered_ms))}`;
  return (
    <>
      <p>{`${found} in the recording, ${length(Math.max(1000, sum.voiced_ms))}; ${told}.`}</p>
      {sum.reasons.length > 0 && <List items={sum.reasons.map(({ words }) => words)} />}
    </>
  );
}

function Divergent({ report }: { report: CompletenessReport }) {
  return (
    <ul className={styles.list}>
      {report.page.divergent.map(({ item, server, page }) => (
        <li key={item}>
          The transcript has <q dir="auto">{server}</q>; the page heard <q dir="auto">{page}</q>.
        </li>
      ))}
    </ul>
  );
}

const PARTIES = {
  candidate: "Candidate’s side",
  us: "Our side",
  provider: "Voice provider",
  unknown: "Cause unknown",
} as const;

function interruption({ leg, away_ms, party, words }: CompletenessReport["interruptions"][number]): string {
  const away = away_ms === null ? "" : ` It went on after ${length(away_ms)}.`;
  return `Connection ${leg}, ${PARTIES[party].toLowerCase()}: ${words}${away}`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function List({ items }: { items: readonly string[] }) {
  return (
    <ul className={styles.list}>
      {items.map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}
