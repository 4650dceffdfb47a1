// A laptop that sleeps: every process of the browser is stopped, and goes on later as if nothing had been. Its connections stay
// open meanwhile, as those of a sleeping machine do for whoever is at their other end.

/** Closes and opens the lid of the laptop on which `browser` runs. */
export const lid = async (browser) => {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const tell = (signal) => {
    for (const { id } of processInfo) process.kill(id, signal);
  };
  return { close: () => tell("SIGSTOP"), open: () => tell("SIGCONT") };
};

/**
 * Sleeps through a call until the provider has given it up, and wakes. Gives the call that the page then makes by itself, and
 * the milliseconds from waking up to its first sound at the provider.
 */
export const sleepThrough = async ({ browser, sim }, call) => {
  const { close, open } = await lid(browser);
  close();
  try {
    await sim.next((e) => e.what === "ended" && e.call === call, 180_000);
  } finally {
    open();
  }
  const woke = performance.now();
  const next = await sim.next((e) => e.what === "saying" && e.call !== call);
  return { call: next.call, ms: Math.round(performance.now() - woke) };
};
