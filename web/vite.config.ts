// The recruiter's app: index.html → dist/index.html and dist/assets. React proper.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: "index.html" },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
