// Light, dark, or as the system says: a choice of this browser, kept in this browser.
export const APPEARANCES = ["system", "light", "dark"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const KEY = "appearance";

/** The stored choice; "system" if there is none or storage is blocked. */
export function storedAppearance(): Appearance {
  try {
    const stored = localStorage.getItem(KEY);
    return APPEARANCES.find((appearance) => appearance === stored) ?? "system";
  } catch {
    return "system";
  }
}

/** Shows the choice on this page and keeps it for the next. */
export function chooseAppearance(appearance: Appearance): void {
  applyAppearance(appearance);
  try {
    localStorage.setItem(KEY, appearance);
  } catch {
    // Storage is blocked: the choice holds for this page only.
  }
}

export function applyAppearance(appearance: Appearance): void {
  if (appearance === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = appearance;
}
