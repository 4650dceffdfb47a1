// A small server in memory, for tests and screenshots: the recruiter's part of the API with its rules and errors.
import { HANDLERS } from "./fakeHandlers";
import { type Answer, failure, type World } from "./fakeWorld";

type Asked = { route: string; body: unknown };
export type FakeApi = {
  fetch: typeof fetch;
  world: World;
  /** What was asked, in order: "PUT /v1/positions/pos_1/plan" and its body. */
  asked: Asked[];
  /** Answers the next requests of a route by this instead, until the returned function is called. */
  instead: (route: string, answer: Answer | (() => Promise<Answer>)) => () => void;
};

export function createFakeApi(world: World): FakeApi {
  const asked: Asked[] = [];
  const replaced = new Map<string, Answer | (() => Promise<Answer>)>();

  async function answer(method: string, url: URL, body: unknown): Promise<Answer> {
    const other = replaced.get(`${method} ${url.pathname}`);
    if (other) return typeof other === "function" ? other() : other;
    const found = HANDLERS.find(([route]) => matches(route, method, url.pathname) !== null);
    if (!found) return failure(404, "not_found", "There is nothing here.");
    const [route, handler] = found;
    if (!world.signedIn && !route.includes("/sign-in")) return failure(401, "sign_in_required", "Sign in first.");
    return handler(world, { body, id: matches(route, method, url.pathname) ?? "", query: url.searchParams });
  }

  return {
    world,
    asked,
    instead(route, other) {
      replaced.set(route, other);
      return () => replaced.delete(route);
    },
    async fetch(input, init) {
      const url = new URL(String(input), "http://insights.test");
      const method = init?.method ?? "GET";
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
      if (method !== "GET") asked.push({ route: `${method} ${url.pathname}`, body });
      const { status, body: json } = await answer(method, url, body);
      const empty = status === 204 || status === 202;
      return new Response(empty ? null : JSON.stringify(json), {
        status,
        headers: { "content-type": "application/json" },
      });
    },
  };
}

/** The id in the path, "" for a route without one, null if the route does not match. */
function matches(route: string, method: string, path: string): string | null {
  const [verb, template = ""] = route.split(" ");
  if (verb !== method) return null;
  const found = new RegExp(`^${template.replace("{id}", "([^/]+)")}$`).exec(path);
  return found ? (found[1] ?? "") : null;
}
