// What nearly every test begins with: a browser, a product of its own with one invited candidate, and her at the browser.
import { after, afterEach, before, beforeEach } from "node:test";
import { launch, person } from "./browser.mjs";
import { invite, sessionOf, signIn, until } from "./recruiter.mjs";
import { startServer } from "./server.mjs";
import { startSimulator } from "./simulator.mjs";

/**
 * Sets the stage for each of a file's tests; its parts are there while one runs. With a `script` the interviews run on the
 * simulated provider (`sim`), without one on our own voice. `asked` is another plan than the usual one, `env` more
 * configuration. `arrive` has the
 * candidate's browser before she opens anything.
 */
export const stage = ({ script, asked, env, arrive = async () => undefined } = {}) => {
  const s = {
    /** The candidate's one session as the recruiter sees it; undefined before there is one. */
    session: () => sessionOf(s.recruiter, s.invited.position),
    /** The same, once it is over and counted. */
    sealed: () =>
      until("the seal", async () => {
        const found = await s.session();
        return found?.state === "finished" && found;
      }),
    /** What the candidate answered to this question so far. */
    answerTo: async (question) =>
      (await s.session())?.turns.find((turn) => turn.speaker === "candidate" && turn.question === question),
  };
  before(async () => {
    s.browser = await launch();
  });
  after(() => s.browser?.close());
  beforeEach(async () => {
    s.sim = script && (await startSimulator(script));
    s.server = await startServer({ env: { ...s.sim?.env, ...env } });
    s.recruiter = await signIn(s.server);
    s.invited = await invite(s.recruiter, { asked });
    s.ada = await person(s.browser);
    await arrive(s.ada);
  });
  afterEach(async () => {
    await s.ada?.context.close();
    await s.server?.stop();
    await s.sim?.stop();
  });
  return s;
};

/** What one speaker said, in order. */
export const said = (session, speaker) =>
  session.turns.filter((turn) => turn.speaker === speaker).map((turn) => turn.text);
