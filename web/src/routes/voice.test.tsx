import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { failure, ok } from "../recruiter/testing/fakeWorld";
import { sampleWorld, show } from "../recruiter/testing/render";
import { sampleMe, sampleVoice } from "../recruiter/testing/sample";

async function openVoice(world = sampleWorld()) {
  const shown = show("/settings", world);
  fireEvent.click(await screen.findByRole("link", { name: "Voice" }));
  await screen.findByRole("heading", { level: 1, name: "Voice" });
  return shown;
}

function choose(kind: string): void {
  fireEvent.change(screen.getByLabelText("Who talks with your candidates"), { target: { value: kind } });
}

function write(label: string, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

it("saves a provider with its key, and does not show the key again", async () => {
  const { asked } = await openVoice();
  choose("openai");
  write("Key", " sk-of-mine-1234 ");
  write("Further languages", "de, fr");
  write("Vocabulary", "Kubernetes\nZoë\n");
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/a key that ends in 1234/)).toBeTruthy();
  expect(asked.at(-1)).toEqual({
    route: "PUT /v1/settings/voice",
    body: {
      kind: "openai",
      url: "",
      key: "sk-of-mine-1234",
      settings: {
        voice: "marin",
        models: ["gpt-realtime-2.1", "gpt-realtime-2.1-mini"],
        transcriptions: ["gpt-realtime-whisper", "gpt-transcribe"],
        languages: ["de", "fr"],
        vocabulary: ["Kubernetes", "Zoë"],
      },
    },
  });
  await waitFor(() => expect((screen.getByLabelText("New key") as HTMLInputElement).value).toBe(""));
  expect(document.body.innerHTML).not.toContain("sk-of-mine");
});

it("leaves a key that is kept out of what it sends, and forgets it on demand", async () => {
  const world = sampleWorld();
  world.voice = { ...sampleVoice, kind: "openai" };
  world.voice.providers = world.voice.providers.map((one) =>
    one.kind === "openai" ? { ...one, key: { end: "9z8y", set_at: 1 } } : one,
  );
  const { asked } = await openVoice(world);
  write("Voice", "cedar");
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked.at(-1)?.route).toBe("PUT /v1/settings/voice"));
  expect(asked.at(-1)?.body).not.toHaveProperty("key");
  fireEvent.click(screen.getByRole("button", { name: "Remove it" }));
  await waitFor(() => expect(screen.queryByText(/9z8y/)).toBeNull());
  expect(asked.at(-1)).toEqual({ route: "POST /v1/settings/voice/forget", body: { kind: "openai" } });
  expect((screen.getByLabelText("Who talks with your candidates") as HTMLSelectElement).value).toBe("");
});

it("says in words what a test found", async () => {
  const { instead } = await openVoice();
  choose("azure");
  write("Key", "key-of-azure");
  instead("POST /v1/settings/voice/test", ok({ ok: true, words: "The key works. Interviews run on my-deployment." }));
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("The key works. Interviews run on my-deployment.")).toBeTruthy();
  instead(
    "POST /v1/settings/voice/test",
    failure(422, "invalid", "Enter the address of your resource.", { field: "url" }),
  );
  fireEvent.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("Enter the address of your resource.")).toBeTruthy();
  expect(screen.getByLabelText("Address").getAttribute("aria-invalid")).toBe("true");
});

it("shows what the provider last refused", async () => {
  const world = sampleWorld();
  const words = "The provider does not know this key. Enter it again, whole.";
  world.voice = { ...sampleVoice, trouble: { at: Date.now(), words } };
  await openVoice(world);
  expect(screen.getByText(new RegExp(words))).toBeTruthy();
});

it("is for admins", async () => {
  const world = sampleWorld();
  world.me = { ...sampleMe, member: { ...sampleMe.member, role: "recruiter" } };
  show("/settings", world);
  await screen.findByRole("heading", { level: 1, name: "Settings" });
  expect(screen.queryByRole("link", { name: "Voice" })).toBeNull();
});
