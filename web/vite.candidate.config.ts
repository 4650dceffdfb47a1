// The candidate's app: candidate.html → dist/candidate.html (served as /i). The same React source, but on Preact,
// because this page must open on a slow phone: see scripts/budget.mjs.
import { defineConfig } from "vite";

export const onPreact = [
  { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react(-dom)?$/, replacement: "preact/compat" },
];

export default defineConfig({
  resolve: { alias: onPreact },
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: "candidate.html",
      output: {
        entryFileNames: "assets/candidate-[hash].js",
        chunkFileNames: "assets/candidate-[name]-[hash].js",
        assetFileNames: "assets/candidate-[name]-[hash][extname]",
      },
    },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
