// Lets effects and renders finish. vitest.config.ts puts Preact's in its place for the Preact project.
// biome-ignore lint/performance/noBarrelFile: one name, so that one alias can replace it
export { act } from "react";
