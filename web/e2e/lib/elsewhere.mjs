// A browser that is not on the server's machine.
import { launch } from "./browser.mjs";
import { freePort, startServer } from "./server.mjs";
import { startSimulator } from "./simulator.mjs";

/** A name that browsers trust as they do this machine itself: elsewhere a microphone needs HTTPS. */
const host = "interview.localhost";

/**
 * Starts a provider by `script`, a server on it, with more configuration in `env`, and a browser in `home`; without one the browser
 * is here. `close` ends them all, and the home.
 */
export const elsewhere = async (home, script, env = {}) => {
  const sim = await startSimulator(script, home);
  const port = await freePort();
  const there = home && {
    INSIGHTS__SERVER__BIND: `0.0.0.0:${port}`,
    INSIGHTS__SERVER__PUBLIC_URL: `http://${host}:${port}`,
  };
  const server = await startServer({ port, env: { ...sim.env, ...env, ...there } });
  const browser = await launch(
    home && { program: home.browser, args: [`--host-resolver-rules=MAP ${host} ${home.address}`] },
  );
  const close = async () => {
    await browser.close();
    await server.stop();
    await sim.stop();
    await home?.remove();
  };
  return { home, sim, server, browser, close };
};
