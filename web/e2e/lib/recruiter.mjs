// A recruiter who works through the API, for tests that are about something else than the recruiter's pages.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A signed-in caller: `call(method, path, body)` answers the parsed body, or throws with the error's code. */
export const signIn = async (server) => {
  // The local operator's token may be used again and again; the printed link only once.
  const token = readFileSync(join(server.dataDir, "operator.token"), "utf8").trim();
  const signed = await fetch(`${server.url}/v1/sign-in/link`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!signed.ok) throw new Error(`sign-in answered ${signed.status}: ${await signed.text()}`);
  const cookie = signed.headers.getSetCookie()[0].split(";")[0];
  const request = async (method, path, body) => {
    const answer = await fetch(server.url + path, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  return {
    cookie,
    request,
    call: async (method, path, body) => {
      const answer = await request(method, path, body);
      return answer.status === 204 ? undefined : answer.json();
    },
    /** A sentence as WAV in base64, spoken by another voice than the interviewer's. */
    voice: async (text) => {
      const answer = await request("POST", "/v1/speech", { text, voice: "am_michael" });
      return Buffer.from(await answer.arrayBuffer()).toString("base64");
    },
  };
};

export const plan = JSON.parse(readFileSync(new URL("./plan.json", import.meta.url), "utf8"));

export const anchors = [
  "Blames others or gives no example.",
  "Tells what happened and what was tried.",
  "Shows facts, reaches agreement, says what was learned.",
].map((text, i) => ({ level: 1 + 2 * i, text }));

/** A published position with one invited candidate: `{ position, application, invitation, link }`. */
export const invite = async (
  recruiter,
  { name = "Ada Lovelace", email = "ada@example.com", days = 7, asked = plan } = {},
) => {
  const position = await recruiter.call("POST", "/v1/positions", { title: "Backend engineer" });
  const competencies = [
    { id: "collaboration", name: "Collaboration", description: "Works through disagreement with facts.", anchors },
  ];
  await recruiter.call("PUT", `/v1/positions/${position.id}`, { title: position.title, description: "", competencies });
  await recruiter.call("PUT", `/v1/positions/${position.id}/plan`, asked);
  await recruiter.call("POST", `/v1/positions/${position.id}/plan/publish`);
  const row = await recruiter.call("POST", `/v1/positions/${position.id}/candidates`, { name, email });
  const made = await recruiter.call("POST", `/v1/applications/${row.application_id}/invitations`, {
    expires_in_days: days,
  });
  return { position, application: row.application_id, invitation: made.invitation, link: made.link };
};

/** The one session of a position's candidate, whole. */
export const sessionOf = async (recruiter, position) => {
  const { items } = await recruiter.call("GET", `/v1/positions/${position.id}/candidates`);
  const session = items[0]?.session;
  return session ? recruiter.call("GET", `/v1/sessions/${session.id}`) : undefined;
};

/** Asks again until `look` answers something: the door has no event for it. At most `ms`. */
export const until = async (what, look, ms = 30_000) => {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
  throw new Error(`waited ${ms} ms for ${what}${last ? `: ${last.message}` : ""}`);
};
