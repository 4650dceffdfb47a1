// Contrast of the tokens, in both themes: text at least 4.5, lines that bound a control and large marks at least 3.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Tokens = Map<string, [number, number, number]>;
const css = readFileSync(new URL("./theme.css", import.meta.url), "utf8");

/** The tokens of one block: oklch lightness, chroma, hue. */
function tokens(selector: string): Tokens {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  const found = [...block.matchAll(/--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  return new Map(found.map(([, name = "", l, c, h]) => [name, [Number(l), Number(c), Number(h)]]));
}

/** Relative luminance (WCAG) of an oklch color. */
function luminance([l, c, h]: [number, number, number]): number {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const limit = (value: number) => Math.min(1, Math.max(0, value));
  const red = limit(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short);
  const green = limit(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short);
  const blue = limit(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: Tokens, front: string, back: string): number {
  const [a, b] = [front, back].map((name) => {
    const color = theme.get(name);
    if (!color) throw new Error(`no token --${name}`);
    return luminance(color) + 0.05;
  }) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

const grounds = ["bg", "surface", "surface-sunken"];
const text: [string, string][] = [
  ...["text", "text-muted", "accent", "danger", "ok", "warn", "speaker-ai", "speaker-candidate"].flatMap((front) =>
    grounds.slice(0, 2).map((back): [string, string] => [front, back]),
  ),
  ["text", "surface-sunken"],
  ["text-muted", "surface-sunken"],
  ["accent-text", "accent"],
  ["accent-text", "accent-hover"],
  ...["accent", "ok", "warn", "danger"].flatMap((tone): [string, string][] => [
    [tone, `${tone}-soft`],
    ["text", `${tone}-soft`],
  ]),
];
const lines: [string, string][] = ["line-strong", "focus"].flatMap((front) =>
  grounds.slice(0, 2).map((back): [string, string] => [front, back]),
);

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("%s", (_, selector) => {
  const theme = tokens(selector);
  it.each(text)("%s can be read on %s", (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(lines)("%s can be seen on %s", (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(3);
  });
});

it("dark by the system and dark by choice are the same", () => {
  expect(tokens(':root:not([data-theme="light"])')).toEqual(tokens(':root[data-theme="dark"]'));
});
