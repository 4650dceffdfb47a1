// Before the talk, as a person sees it. Runs under React and under Preact.
import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { fakeMedia } from "./fakes";
import { button, door, find, heading, press, READY, show, showLinkless, text, VIEW } from "./stage";

describe("before the talk", () => {
  it("says who invites, for what, how long, and that an AI asks", async () => {
    await show(VIEW);
    expect(heading()).toBe("Hello, Mira");
    expect(text()).toContain("Acme invites you to an interview for Backend engineer.");
    expect(text()).toContain("About 20 minutes");
    expect(text()).toContain("AI interviewer");
    expect(document.activeElement).toBe(find("h1"));
  });

  it("takes consent as an act of its own, with the version that was read", async () => {
    await show(VIEW);
    await press("Continue");
    expect(door.consent).not.toHaveBeenCalled();
    expect(text()).toContain("What you say, as text.");
    door.consent.mockResolvedValue(READY);
    await press("I agree");
    expect(door.consent).toHaveBeenCalledExactlyOnceWith("1");
    expect(heading()).toBe("Check your sound");
  });

  it("shows the new text when it was changed meanwhile", async () => {
    await show(VIEW);
    await press("Continue");
    door.consent.mockRejectedValue(new ApiError(409, { code: "notice_changed" }));
    door.redeem.mockResolvedValue({
      ...VIEW,
      notice: { version: "2", items: [{ heading: "New", text: "New text." }] },
    });
    await press("I agree");
    expect(text()).toContain("New text.");
    expect(text()).toContain("changed while you were reading");
  });

  it("takes no for an answer", async () => {
    await show(VIEW);
    await press("Continue");
    await press("I do not agree");
    expect(text()).toContain("Nothing was recorded");
    expect(text()).toContain("people@acme.example");
    expect(door.consent).not.toHaveBeenCalled();
  });

  it("does not start before there is a microphone, and says how to allow one", async () => {
    await show(READY);
    expect(button("Start when you are ready").disabled).toBe(true);
    fakeMedia("NotAllowedError");
    await press("Allow the microphone");
    expect(text()).toContain("Your browser blocks the microphone");
    fakeMedia();
    await press("Try again");
    expect(button("Start when you are ready").disabled).toBe(false);
  });

  it("lets a person type who cannot use a microphone", async () => {
    await show(READY);
    await press("I cannot use a microphone: I will type");
    await press("Start when you are ready");
    expect(door.connect).toHaveBeenCalledOnce();
    expect(find("textarea")).not.toBeNull();
  });
});

describe("links that do not open", () => {
  it.each([
    [new ApiError(404, { code: "invitation_unknown" }), "We do not know this link"],
    [new ApiError(410, { code: "invitation_expired" }), "This invitation has expired"],
    [new ApiError(410, { code: "invitation_revoked" }), "This invitation was withdrawn"],
    [
      new ApiError(409, { code: "invitation_not_open", opens_at: Date.UTC(2030, 0, 1) }),
      "This interview is not open yet",
    ],
    [new ApiError(429, { code: "too_many_requests" }, 30), "Too many tries from your network"],
    [new ApiError(0, { code: "offline" }), "You are offline"],
    [new ApiError(500, { code: "internal", request_id: "req_7" }), "Something went wrong on our side"],
  ])("%s", async (error, title) => {
    await show(error);
    expect(heading()).toBe(title);
    if (error.requestId) expect(text()).toContain(error.requestId);
  });

  it("say so when the secret is missing", async () => {
    await showLinkless();
    expect(heading()).toBe("This link is not whole");
  });
});
