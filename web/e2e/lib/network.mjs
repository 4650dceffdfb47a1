/** The network of one page: its requests, not its sound. Also gives the page's developer tools. */
export const network = async (page) => {
  const devtools = await page.context().newCDPSession(page);
  const set = (offline) =>
    devtools.send("Network.emulateNetworkConditions", {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
  await devtools.send("Network.enable");
  return { devtools, cut: () => set(true), mend: () => set(false) };
};
