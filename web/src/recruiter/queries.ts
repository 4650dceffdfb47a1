// What the recruiter's pages read: one `queryOptions` per resource. A key starts with its resource, so that a change can
// invalidate all that hangs on it.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/client";
import type { PlanVersion } from "../api/types";

/** How often a page asks again for what changes by itself. */
const SOON_MS = 5000;
/** How often a session whose transcript is still open is read again beside its stream. */
const SESSION_MS = 10_000;
/** How often the progress of a rendering is asked for while it runs. */
const RENDERING_MS = 1500;

/** Who is signed in; fails with 401 if nobody is. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => call("GET /v1/me", { signal }),
  staleTime: 60_000,
  retry: false,
});

/** Who carries the interviews; for admins. Read once per visit: the form holds what is newer. */
export const voiceQuery = queryOptions({
  queryKey: ["voice"],
  queryFn: ({ signal }) => call("GET /v1/settings/voice", { signal }),
  refetchOnWindowFocus: false,
});

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: ({ signal }) => call("GET /v1/home", { signal }),
  refetchInterval: SOON_MS,
});

export const positionsQuery = queryOptions({
  queryKey: ["positions"],
  queryFn: async ({ signal }) => (await call("GET /v1/positions", { signal })).items,
});

export const positionQuery = (id: string) =>
  queryOptions({
    queryKey: ["position", id],
    queryFn: ({ signal }) => call("GET /v1/positions/{id}", { path: { id }, signal }),
  });

/** The draft is read once per visit: after that the editor holds the newer one. */
export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ["plan", id],
    queryFn: ({ signal }) => call("GET /v1/positions/{id}/plan", { path: { id }, signal }),
    refetchOnWindowFocus: false,
  });

/** Published versions, newest first; asks again while one is still being rendered. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["versions", id],
    queryFn: async ({ signal }) => {
      const { items } = await call("GET /v1/positions/{id}/plan/versions", { path: { id }, signal });
      return items.toSorted((a, b) => b.number - a.number);
    },
    refetchInterval: ({ state }) => (state.data?.some(isRendering) ? RENDERING_MS : false),
  });

/** Whether the interviewer's voice for this version is still being prepared. */
export function isRendering({ rendering }: PlanVersion): boolean {
  return rendering.done < rendering.total;
}

export const candidatesQuery = (id: string) =>
  queryOptions({
    queryKey: ["candidates", id],
    queryFn: async ({ signal }) => (await call("GET /v1/positions/{id}/candidates", { path: { id }, signal })).items,
    refetchInterval: SOON_MS,
  });

/** What a session cost; asks again while it runs. */
export const costQuery = (id: string, running: boolean) =>
  queryOptions({
    queryKey: ["session", id, "cost"],
    queryFn: ({ signal }) => call("GET /v1/sessions/{id}/cost", { path: { id }, signal }),
    refetchInterval: running ? SESSION_MS : false,
  });

/** How complete a finished session's record is; asks again until it is sealed, and while the device may send the rest. */
export const completenessQuery = (id: string) =>
  queryOptions({
    queryKey: ["session", id, "completeness"],
    queryFn: ({ signal }) => call("GET /v1/sessions/{id}/completeness", { path: { id }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.state === "draining" || state.data?.page.state === "awaiting" ? SESSION_MS : false,
  });

/** What there is of a finished session's recording; asks again until it is put together. */
export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: ["session", id, "recording"],
    queryFn: ({ signal }) => call("GET /v1/sessions/{id}/recording", { path: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.phase === "joining" ? SOON_MS : false),
  });

/** What today cost so far, and what is left of its budget. */
export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }) => call("GET /v1/usage", { signal }),
  refetchInterval: SESSION_MS,
});

/** Without a state: all sessions, newest first as the server sorts them. */
export const sessionsQuery = (state?: string) =>
  queryOptions({
    queryKey: ["sessions", state ?? null],
    queryFn: async ({ signal }) =>
      (await call("GET /v1/sessions", { ...(state && { query: { state } }), signal })).items,
    refetchInterval: SOON_MS,
  });

export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: ["session", id],
    queryFn: ({ signal }) => call("GET /v1/sessions/{id}", { path: { id }, signal }),
    // The stream brings the words; this brings what it does not: legs, and how complete the transcript turned out.
    refetchInterval: ({ state }) => (state.data?.completeness === "open" ? SESSION_MS : false),
  });
