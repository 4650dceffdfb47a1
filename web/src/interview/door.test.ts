import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDoor } from "./door";

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const link = { invitation_id: "inv_1", secret: "s3cret" };

describe("the candidate's doors", () => {
  const fetch = vi.fn();
  beforeEach(() => {
    vi.stubGlobal("fetch", fetch);
    fetch.mockReset();
  });
  afterEach(() => vi.unstubAllGlobals());

  it("never puts the secret into an address", async () => {
    fetch.mockImplementation(async () => json(200, {}));
    const door = openDoor(link);
    await door.redeem();
    await door.view();
    for (const [url] of fetch.mock.calls as [string][]) expect(url).not.toContain(link.secret);
    expect(fetch.mock.calls[0]?.[1].body).toContain(link.secret);
  });

  it("posts the offer as it is and reads the leg", async () => {
    fetch.mockResolvedValue(new Response("answer", { status: 201, headers: { leg: "3" } }));
    expect(await openDoor(link).connect("offer\r\n")).toEqual({ answer: "answer", leg: 3 });
    const [url, init] = fetch.mock.calls[0] as [string, RequestInit];
    expect([url, init.body, init.headers]).toEqual([
      "/v1/candidate/connect",
      "offer\r\n",
      { "content-type": "application/sdp" },
    ]);
  });

  it("makes a wiped cookie anew from the link and does the same again", async () => {
    fetch
      .mockResolvedValueOnce(json(401, { error: { code: "sign_in_required" } }))
      .mockResolvedValueOnce(json(200, {}))
      .mockResolvedValueOnce(new Response(null, { status: 204 }));
    await openDoor(link).control(1, "repeat");
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      "/v1/candidate/control",
      "/v1/candidate/redeem",
      "/v1/candidate/control",
    ]);
  });

  it("says so when the link no longer opens", async () => {
    fetch
      .mockResolvedValueOnce(json(401, { error: { code: "sign_in_required" } }))
      .mockResolvedValueOnce(json(410, { error: { code: "invitation_expired", message: "" } }));
    await expect(openDoor(link).view()).rejects.toMatchObject({ code: "invitation_expired" });
  });
});
