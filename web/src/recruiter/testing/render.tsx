// Shows the app at an address, on a fake server, as a person would meet it.
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { cleanup, render } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { ToastProvider } from "../../components/ui/Toast";
import { createApp } from "../../router";
import { createFakeApi, type FakeApi } from "./fakeApi";
import { FakeEventSource } from "./fakeEvents";
import type { World } from "./fakeWorld";
import { sampleMe, samplePlan, samplePosition, sampleVoice } from "./sample";

afterEach(() => {
  cleanup();
  FakeEventSource.opened.length = 0;
  vi.unstubAllGlobals();
});

/** One position with a plan that can be published, and nobody invited yet. */
export function sampleWorld(): World {
  return {
    me: sampleMe,
    signedIn: true,
    positions: [samplePosition()],
    plans: new Map([["pos_1", samplePlan]]),
    versions: new Map(),
    candidates: new Map(),
    sessions: [],
    costs: new Map(),
    reports: new Map(),
    recordings: new Map(),
    voice: sampleVoice,
  };
}

export function show(path: string, world: World = sampleWorld()): FakeApi & { path: () => string } {
  const api = createFakeApi(world);
  vi.stubGlobal("fetch", api.fetch);
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.stubGlobal("scrollTo", () => undefined);
  // jsdom knows the element but not how it opens.
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  Element.prototype.scrollIntoView = () => undefined;
  const { client, router } = createApp(createMemoryHistory({ initialEntries: [path] }));
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return { ...api, path: () => router.state.location.href };
}
