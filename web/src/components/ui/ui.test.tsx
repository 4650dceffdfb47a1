// Runs twice: under React and under Preact. What both apps share must behave the same in both.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "../../testing/act";
import "../../testing/dialog";
import { Badge } from "./Badge";
import { Button } from "./Button";
import { Copy } from "./Copy";
import { Dialog } from "./Dialog";
import { EmptyState } from "./EmptyState";
import { Field, TextField } from "./Field";
import { Menu } from "./Menu";
import { Meter, Progress } from "./Meter";
import { Notice } from "./Notice";
import { Select } from "./Select";
import { Skeleton } from "./Skeleton";
import { Stepper } from "./Stepper";
import { Tabs } from "./Tabs";
import { Time } from "./Time";
import { ToastProvider, useToast } from "./Toast";

let root: Root;
let host: HTMLElement;
const show = (element: Parameters<Root["render"]>[0]) => act(async () => root.render(element));
const find = <E extends HTMLElement = HTMLElement>(selector: string) => {
  const found = host.querySelector<E>(selector);
  if (!found) throw new Error(`nothing matches ${selector} in ${host.innerHTML}`);
  return found;
};
const click = (selector: string) => act(async () => find(selector).click());
const press = (element: Element, key: string) =>
  act(async () => void element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));

function Say() {
  const say = useToast();
  return <button type="button" onClick={() => say("Copied")} />;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("Button", () => {
  it("is pressed, and not while busy", async () => {
    const onClick = vi.fn();
    await show(<Button onClick={onClick}>Save</Button>);
    await click("button");
    await show(
      <Button busy onClick={onClick}>
        Save
      </Button>,
    );
    await click("button");
    expect(onClick).toHaveBeenCalledOnce();
    expect(find("button").getAttribute("aria-busy")).toBe("true");
    expect(find("button").textContent).toBe("Save");
  });
});

describe("Field", () => {
  it("ties label, hint and error to the input", async () => {
    await show(<Field label="Name" hint="As on letters" error="Write your name." defaultValue="" />);
    const input = find<HTMLInputElement>("input");
    expect(find("label").getAttribute("for")).toBe(input.id);
    const described = input.getAttribute("aria-describedby")?.split(" ") ?? [];
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual([
      "As on letters",
      "Write your name.",
    ]);
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  it("hears each keystroke", async () => {
    const onChange = vi.fn();
    await show(<TextField label="Answer" value="" onChange={(event) => onChange(event.currentTarget.value)} />);
    const area = find<HTMLTextAreaElement>("textarea");
    await act(async () => {
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
      set?.call(area, "w");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(onChange).toHaveBeenCalledWith("w");
  });
});

it("Select reports the choice", async () => {
  const onChange = vi.fn();
  const options = [
    { value: "a", label: "A" },
    { value: "b", label: "B" },
  ];
  await show(
    <Select label="Microphone" options={options} value="a" onChange={(e) => onChange(e.currentTarget.value)} />,
  );
  const select = find<HTMLSelectElement>("select");
  await act(async () => {
    select.value = "b";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  expect(onChange).toHaveBeenCalledWith("b");
});

it("Dialog opens as a modal with its title, and closes by its button", async () => {
  const onClose = vi.fn();
  await show(
    <Dialog title="End it?" onClose={onClose} actions={<Button>Keep</Button>}>
      Sure?
    </Dialog>,
  );
  const dialog = find<HTMLDialogElement>("dialog");
  expect(dialog.open).toBe(true);
  expect(document.getElementById(dialog.getAttribute("aria-labelledby") ?? "")?.textContent).toBe("End it?");
  await click("[aria-label=Close]");
  expect(onClose).toHaveBeenCalledOnce();
});

describe("Menu", () => {
  const items = (onSelect: () => void) => [
    { label: "One", onSelect: () => undefined },
    { label: "Two", onSelect },
  ];
  it("opens with the focus on its first item and walks by arrow keys", async () => {
    const onSelect = vi.fn();
    await show(<Menu label="More" items={items(onSelect)} />);
    await click("button");
    expect(document.activeElement?.textContent).toBe("One");
    await press(document.activeElement as Element, "ArrowDown");
    expect(document.activeElement?.textContent).toBe("Two");
    await press(document.activeElement as Element, "ArrowDown");
    expect(document.activeElement?.textContent).toBe("One");
    await press(document.activeElement as Element, "End");
    await act(async () => (document.activeElement as HTMLElement).click());
    expect(onSelect).toHaveBeenCalledOnce();
    expect(host.querySelector("[role=menu]")).toBeNull();
  });

  it("closes by Escape and gives the focus back", async () => {
    await show(<Menu label="More" items={items(() => undefined)} />);
    await click("button");
    await press(document.activeElement as Element, "Escape");
    expect(host.querySelector("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(find("button"));
  });
});

it("Tabs move by arrow keys, round the end", async () => {
  const onSelect = vi.fn();
  const tabs = [
    { id: "a", label: "A" },
    { id: "b", label: "B" },
  ];
  await show(
    <Tabs label="Parts" tabs={tabs} selected="b" onSelect={onSelect}>
      content
    </Tabs>,
  );
  await press(find("[aria-selected=true]"), "ArrowRight");
  expect(onSelect).toHaveBeenCalledWith("a");
  expect(find("[role=tabpanel]").textContent).toBe("content");
});

it("Toast says a thing once, for a while", async () => {
  vi.useFakeTimers();
  await show(
    <ToastProvider>
      <Say />
    </ToastProvider>,
  );
  await click("button");
  await click("button");
  expect(find("[role=status]").textContent).toBe("Copied");
  await act(async () => void vi.advanceTimersByTime(10_000));
  expect(find("[role=status]").textContent).toBe("");
});

it("Copy says whether it worked", async () => {
  const writeText = vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValueOnce(undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  await show(<Copy text="https://a/i#b.c" />);
  await click("button");
  expect(find("button").textContent).toBe("Select and copy by hand");
  await click("button");
  expect(find("button").textContent).toBe("Copied");
  expect(writeText).toHaveBeenCalledWith("https://a/i#b.c");
});

it("meters and steps tell their value to assistive technology", async () => {
  await show(
    <>
      <Meter label="Level" value={0.5} />
      <Progress label="Rendered" done={1} total={4} />
      <Stepper label="Steps" steps={["A", "B"]} current={1} />
    </>,
  );
  expect(find("[role=meter]").getAttribute("aria-valuenow")).toBe("50");
  expect(find("[role=progressbar]").getAttribute("aria-valuenow")).toBe("25");
  expect(find("[aria-current=step]").textContent).toBe("B");
});

it("the rest shows what it is given", async () => {
  await show(
    <>
      <Badge tone="ok" dot>
        Open
      </Badge>
      <Notice tone="danger" role="alert">
        Failed
      </Notice>
      <EmptyState title="No one yet" action={<Button>Invite</Button>}>
        Add the first candidate.
      </EmptyState>
      <Skeleton lines={2} />
      <Time at={Date.UTC(2026, 0, 2)} />
    </>,
  );
  expect(host.textContent).toContain("Open");
  expect(find("[role=alert]").textContent).toBe("Failed");
  expect(find("h2").textContent).toBe("No one yet");
  expect(find("[role=status]").children).toHaveLength(2);
  expect(find("time").getAttribute("datetime")).toBe("2026-01-02T00:00:00.000Z");
});
