// The recruiter's app starts here: client, router, render.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ToastProvider } from "./components/ui/Toast";
import { applyAppearance, storedAppearance } from "./recruiter/appearance";
import { createApp } from "./router";
import "./theme.css";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");

// From here on each page sets its own title; the one in index.html would stay the first and win.
document.querySelector("title")?.remove();
applyAppearance(storedAppearance());
const { client, router } = createApp();

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
