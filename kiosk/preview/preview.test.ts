import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { assertOk } from "../../base/result.ts";
import type { Language } from "../../base/told.ts";
import { newService } from "../../flows/cli/new-service.ts";
import { SERVICES_DIRECTORY } from "../../flows/node/load-services.ts";
import { Preview } from "./preview.ts";

/** On a machine that does much else, milliseconds. */
const PATIENCE = 120_000;
vi.setConfig({ testTimeout: PATIENCE });

let preview: Preview | undefined;

async function show(folder: string, language?: Language): Promise<Preview> {
  preview = new Preview(folder, language);
  await preview.reload();
  return preview;
}

const now = () => preview?.state.value ?? expect.unreachable();
const screen = () => preview?.stage.view.value.screen ?? expect.unreachable();
/** Lets happen what the panel says in these words. */
async function happen(words: string): Promise<void> {
  const { may, serial } = now();
  const move = may.find((one) => one.words === words)?.move ?? -1;
  expect(`${await preview?.command({ command: "do", serial, move })} ${words}`).toBe(`true ${words}`);
}

describe("a service with all kinds of steps", () => {
  // Proving it takes a while: it is done once.
  beforeAll(() => show(join(SERVICES_DIRECTORY, "fonasa/bono-atencion")), PATIENCE);
  beforeEach(() => preview?.command({ command: "again" }));
  afterAll(() => preview?.stage.stop());

  test("every state of every step can be jumped to", async () => {
    const { steps } = now();
    expect(steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        "inform",
        "identify",
        "consent",
        "look-up",
        "choose",
        "review",
        "pay",
        "issue",
        "finish",
      ]),
    );
    // The first and the last of each: the ways of those between are parts of theirs.
    for (const { id, states } of steps)
      for (const { place, name } of new Set([states[0], states.at(-1)].filter((state) => state !== undefined))) {
        expect(await preview?.command({ command: "jump", serial: now().serial, place })).toBe(true);
        expect({ note: now().note, here: now().here?.step, state: name }).toEqual({ note: "", here: id, state: name });
      }
  });

  test("at a state devices and institutions do what they are told, and the real screens follow", async () => {
    const place =
      now()
        .steps.find(({ id }) => id === "pay")
        ?.states.find(({ name }) => name === "charging")?.place ?? -1;
    await preview?.command({ command: "jump", serial: now().serial, place });
    expect(screen()).toMatchObject({ kind: "pay", amount: 1000 });
    expect(now().may.map(({ words, kind }) => `${kind}: ${words}`)).toEqual(
      expect.arrayContaining([
        "good: the card is charged",
        "bad: the card is declined",
        "doubt: the terminal cannot tell whether it charged",
        expect.stringMatching(/^silence: nothing is heard for \d+ seconds$/),
      ]),
    );
    await happen("the card is charged");
    await happen("fonasa.bono.issue is done");
    expect(screen()).toMatchObject({ kind: "deliver" });
  });

  test("the chosen person stands there; nothing of them is a blank", async () => {
    await preview?.command({ command: "person", id: "old" });
    const place = now().steps.find(({ id }) => id === "review")?.states[0]?.place ?? -1;
    await preview?.command({ command: "jump", serial: now().serial, place });
    expect(JSON.stringify(screen())).not.toMatch(/"x"|TRACED/);
    await preview?.command({ command: "locale", id: "en" });
    expect(preview?.stage.view.value.locale).toBe("en");
  });

  test("who walks away has left, and can begin again", async () => {
    await happen("the citizen walks away");
    expect(now()).toMatchObject({ may: [] });
    expect(now().here).toBeUndefined();
    await preview?.command({ command: "again" });
    expect(now().here).toEqual({ step: "start", state: "reading" });
  });

  test("what was asked of a state that has gone is refused", async () => {
    const { serial } = now();
    await preview?.command({ command: "again" });
    expect(await preview?.command({ command: "jump", serial, place: 0 })).toBe(false);
  });
});

describe("a service that is being written", () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ventanilla-preview-"));
    folder = assertOk(newService("municipalidad/permiso-feria", root, "schema.json"), "the service");
    await show(folder);
  });
  afterEach(async () => {
    await preview?.stage.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function edit(name: string, before: string, after: string): void {
    const file = join(folder, name);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(before, () => after),
    );
  }

  test("a changed text is shown where the screen was", async () => {
    preview?.stage.send({ type: "CONTINUE" });
    edit("texts.es.yaml", "¿Qué quiere preguntar?", "¿Cuándo es su feria?");
    await preview?.reload();
    expect(screen()).toMatchObject({ kind: "ask", title: { text: "¿Cuándo es su feria?" } });
  });

  test("a mistake is told with file, line and remedy, and the screen keeps what it showed", async () => {
    edit("service.yaml", "kind: ask", "kind: aks");
    await preview?.reload();
    expect(now()).toMatchObject({
      stale: true,
      problems: [{ file: join(folder, "service.yaml"), line: 14, problem: expect.stringContaining("aks") }],
    });
    expect(screen().kind).toBe("inform");
    edit("service.yaml", "kind: aks", "kind: ask");
    await preview?.reload();
    expect(now()).toMatchObject({ stale: false, problems: [] });
  });

  test("an author whose machine speaks Spanish reads Spanish", async () => {
    await preview?.stage.stop();
    edit("service.yaml", "requires: []", "requires: [payment-terminal]");
    await show(folder, "es");
    expect(now()).toMatchObject({ language: "es" });
    expect(now().proved).toMatch(/^\d+ estados: .*devices RECHAZA/);
    expect(now().steps.map(({ kind }) => kind)).toContain("lo tiene todo servicio");
    edit("service.yaml", "kind: ask", "kind: aks");
    await preview?.reload();
    expect(now().problems).toMatchObject([{ problem: 'no hay un tipo de paso "aks"' }]);
  });

  test("what is not proved is told with its rule, and shown all the same", async () => {
    edit("service.yaml", "requires: []", "requires: [payment-terminal]");
    await preview?.reload();
    expect(now()).toMatchObject({ stale: false, problems: [{ rule: "devices.unneeded" }] });
    expect(now().proved).toContain("devices REFUSED");
  });

  test("a folder whose files have gone is told of", async () => {
    rmSync(folder, { recursive: true });
    await preview?.reload();
    expect(now().problems).toMatchObject([{ problem: expect.stringContaining("ENOENT") }]);
  });

  test("a definition that never could be read leaves the kiosk closed, with the reason in the panel", async () => {
    writeFileSync(join(folder, "service.yaml"), "id: [\n");
    await show(folder);
    expect(screen().kind).toBe("out-of-service");
    expect(now().problems[0]).toMatchObject({ file: join(folder, "service.yaml"), line: expect.any(Number) });
  });
});
