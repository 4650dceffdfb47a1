// Two projects: everything under React, and the shared components once more under Preact.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { onPreact } from "./vite.candidate.config";

const shared = { environment: "jsdom", css: { modules: { classNameStrategy: "non-scoped" as const } } };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [react()],
        test: { ...shared, name: "react", include: ["src/**/*.test.{ts,tsx}"] },
      },
      {
        resolve: { alias: onPreact },
        test: {
          ...shared,
          name: "preact",
          include: ["src/components/**/*.test.tsx", "src/candidate/**/*.test.tsx", "src/interview-react/**/*.test.tsx"],
          server: { deps: { inline: [/@testing-library/] } },
        },
      },
    ],
  },
});
