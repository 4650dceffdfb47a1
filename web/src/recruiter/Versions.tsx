import type { PlanVersion } from "../api/types";
import { Progress } from "../components/ui/Meter";
import { type Column, Row, Table } from "../components/ui/Table";
import { Time } from "../components/ui/Time";
import layout from "./layout.module.css";
import { isRendering } from "./queries";

const COLUMNS: readonly Column[] = [
  { name: "Version" },
  { name: "Published" },
  { name: "Questions", numeric: true, wide: true },
  { name: "Minutes", numeric: true, wide: true },
  { name: "Voice" },
];

/** The published plans, newest first. */
export function Versions({ versions }: { versions: readonly PlanVersion[] }) {
  if (versions.length === 0) return null;
  return (
    <section className={layout.section}>
      <h2>Published plans</h2>
      <Table columns={COLUMNS} label="Published plans">
        {versions.map((version) => (
          <Row
            cells={[
              `v${version.number}`,
              <Time at={version.published_at} key="published" />,
              version.plan.questions.length,
              version.minutes,
              <Rendering key="voice" version={version} />,
            ]}
            columns={COLUMNS}
            key={version.id}
          />
        ))}
      </Table>
    </section>
  );
}

/** How far the interviewer's voice is prepared for a version. */
export function Rendering({ version }: { version: PlanVersion }) {
  const { done, total } = version.rendering;
  if (!isRendering(version)) return "Ready";
  const label = `Preparing the voice: ${done} of ${total}`;
  return (
    <div className={layout.tight}>
      <span className={layout.number}>{label}</span>
      <Progress done={done} label={label} total={total} />
    </div>
  );
}
