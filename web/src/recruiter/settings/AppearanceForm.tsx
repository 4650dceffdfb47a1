import { useState } from "react";
import { Select } from "../../components/ui/Select";
import { APPEARANCES, type Appearance, chooseAppearance, storedAppearance } from "../appearance";
import layout from "../layout.module.css";

const LABELS: Record<Appearance, string> = { system: "As the system says", light: "Light", dark: "Dark" };

/** Light or dark, for this browser. */
export function AppearanceForm() {
  const [appearance, setAppearance] = useState(storedAppearance);
  const choose = (value: string) => {
    const next = APPEARANCES.find((known) => known === value) ?? "system";
    setAppearance(next);
    chooseAppearance(next);
  };
  return (
    <section aria-label="Appearance" className={layout.card}>
      <h2 className={layout.cardHeading}>Appearance</h2>
      <div className={layout.form}>
        <Select
          label="Colors in this browser"
          onChange={(event) => choose(event.target.value)}
          options={APPEARANCES.map((value) => ({ value, label: LABELS[value] }))}
          value={appearance}
        />
      </div>
    </section>
  );
}
