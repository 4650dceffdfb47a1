// Candidates who opened their link and agreed: their cookies, sessions and append keys, ready to connect.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

/** A JSON request from `address`: each address has its own rate limit. A server that is busy is asked again, as pages do. */
export const call = async (base, path, options) => {
  for (let tries = 0; ; tries++) {
    try {
      return await once(base, path, options);
    } catch (error) {
      if (error.status !== 503 || tries === 9) throw error;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
};

const once = (base, path, { method = "POST", body, cookie, key, address = "127.0.0.1" } = {}) =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", ...(cookie && { cookie }), ...(key && { authorization: `Bearer ${key}` }) };
    const sent = request(new URL(path, base), { method, headers, localAddress: address }, (answer) => {
      let got = "";
      answer.on("data", (piece) => (got += piece));
      answer.on("end", () => {
        if (answer.statusCode >= 300) return reject(Object.assign(new Error(`${path}: ${answer.statusCode} ${got}`), { status: answer.statusCode }));
        const cookies = (answer.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");
        resolve({ body: got ? JSON.parse(got) : null, cookies });
      });
    });
    sent.on("error", reject);
    sent.end(text);
  });

/** A signed-in recruiter's cookie. */
export async function signIn(base, dataDir) {
  const token = readFileSync(join(dataDir, "operator.token"), "utf8");
  return (await call(base, "/v1/sign-in/link", { body: { token } })).cookies;
}

/** `cookie`: the recruiter's. `questions`: how many the plan has. `first`: the number of the first one; each number has an address of its own. */
export async function candidates(base, cookie, count, questions = 1, first = 0) {
  const position = (await call(base, "/v1/positions", { cookie, body: { title: "Cook" } })).body;
  const question = (n) => ({
    id: `q${n}`, kind: "behavioral", text: `What did you cook on day ${n}?`, competency_id: null, time_limit_s: 120, max_probes: 0, probes: [],
  });
  const plan = { language: "en", greeting: "Hello.", closing: "Goodbye.", questions: Array.from({ length: questions }, (_, n) => question(n + 1)) };
  await call(base, `/v1/positions/${position.id}/plan`, { method: "PUT", cookie, body: plan });
  await call(base, `/v1/positions/${position.id}/plan/publish`, { cookie, body: {} });
  const ready = [];
  for (let n = first; n < first + count; n++) {
    const person = { name: `Candidate ${n}`, email: `c${n}@example.com` };
    const row = (await call(base, `/v1/positions/${position.id}/candidates`, { cookie, body: person })).body;
    const invited = (await call(base, `/v1/applications/${row.application_id}/invitations`, { cookie, body: {} })).body;
    const [invitation_id, secret] = new URL(invited.link).hash.slice(1).split(".");
    const address = `127.0.${1 + Math.floor(n / 200)}.${1 + (n % 200)}`;
    const opened = await call(base, "/v1/candidate/redeem", { body: { invitation_id, secret }, address });
    const { cookies } = opened;
    const agreed = await call(base, "/v1/candidate/consent", { body: { version: opened.body.notice.version }, cookie: cookies, address });
    ready.push({ cookies, session: agreed.body.session_id, key: agreed.body.append_key, address });
  }
  return ready;
}
