// Three projects: what needs no document, everything under React, and once more under Preact what the candidate's page uses.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { onPreact } from "./vite.candidate.config.ts";

const inDocument = { environment: "jsdom", css: { modules: { classNameStrategy: "non-scoped" as const } } };
const PLAIN = ["src/{interview,api,components}/**/*.test.ts", "src/theme.test.ts"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "plain", environment: "node", include: PLAIN } },
      {
        plugins: [react()],
        test: { ...inDocument, name: "react", include: ["src/**/*.test.{ts,tsx}"], exclude: PLAIN },
      },
      {
        resolve: { alias: [{ find: /^.*\/testing\/act$/, replacement: "preact/test-utils" }, ...onPreact] },
        test: {
          ...inDocument,
          name: "preact",
          include: ["src/components/**/*.test.tsx", "src/candidate/**/*.test.tsx", "src/interview-react/**/*.test.tsx"],
          server: { deps: { inline: [/@testing-library/] } },
        },
      },
    ],
  },
});
