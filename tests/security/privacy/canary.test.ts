import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildUi } from "../../../scripts/build-ui.ts";
import { aFewDaysAgo } from "../../e2e/journeys/walk.ts";
import { KioskStack, QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { CANARY, CANARY_EMAIL, CANARY_PESOS, CANARY_PHONE, Canaries } from "./canaries.ts";
import { familyOf, inFiles, inMemory, inOpenFiles, lives } from "./processes.ts";
import { KioskWindow } from "./window.ts";

/**
 * A citizen whose every word is marked is served by a whole kiosk, at its real window; then the words are searched for where the kiosk could
 * have kept them. What it promises, and what of the runtime's own memory it does not: docs/decisions/0031-nothing-is-left.md.
 */
let directory: string;
let stack: KioskStack;
let window: KioskWindow;
let canaries: Canaries;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "canary-"));
  await buildUi();
  stack = await KioskStack.start({
    runtime: { timeouts: { idle: 120, away: 1, grace: 20, finish: 120 } },
    gateway: QUICK_GATEWAY,
  });
  window = await KioskWindow.open(join(directory, "shell"), stack.url, join(stack.directory, "view.token"));
  canaries = new Canaries();
});
beforeEach(async () => {
  // Whatever became of the test before: its citizen has gone.
  for (const type of ["LEAVE", "FINISH"] as const) while (stack.kiosk.may(type)) await stack.kiosk.does({ type });
  await stack.kiosk.sees("attract");
  await window.sees("attract");
});
afterAll(async () => {
  await window?.close();
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const runtime = () => stack.demo.parts.runtime.pid ?? 0;

/** What stands in the files that the kiosk's processes write or hold open, and in what they say: at no time anything. */
function onDisk(): string[] {
  return [
    ...inFiles(join(stack.directory, "runtime"), canaries),
    ...inFiles(window.directory, canaries),
    ...[...familyOf(runtime()), ...window.processes()].flatMap(({ pid }) => [...inOpenFiles(pid, "disk", canaries)]),
    ...[...canaries.in(Buffer.from(stack.logs.join("\n")))].map((find) => `${find} in a log`),
    ...[...canaries.in(Buffer.from(window.logs.join("\n")))].map((find) => `${find} in the shell's log`),
  ];
}

/** What stands in the memory of the window's processes. */
function inTheWindow(): string[] {
  return window
    .processes()
    .flatMap(({ pid, role }) =>
      [...inMemory(pid, canaries), ...inOpenFiles(pid, "memory", canaries)].map((find) => `${find} in ${role}`),
    );
}

/** The processes that draw the page of the citizen who stands there: the one whose memory shows it. */
function drawing(): number[] {
  return window.renderers().filter((pid) => inMemory(pid, canaries).size > 0);
}

/** Ends the session by `leave` and searches everywhere. Returns how long the process that had drawn for the citizen lived on, milliseconds. */
async function nothingIsLeftAfter(leave: () => Promise<unknown>): Promise<number> {
  const served = drawing();
  // The search can find: during the session the citizen's words are where they must be.
  expect(served).toHaveLength(1);
  expect(onDisk()).toEqual([]);
  await leave();
  await stack.kiosk.seesOneOf(["attract", "out-of-service"], 100_000);
  const from = performance.now();
  await until("the end of the process that drew", () => !served.some(lives));
  const lived = Math.round(performance.now() - from);
  expect(inTheWindow()).toEqual([]);
  expect(onDisk()).toEqual([]);
  await window.sees("attract");
  expect([...canaries.in(Buffer.from(await window.keeps()))]).toEqual([]);
  process.stdout.write(
    `canaries: renderer gone ${lived} ms after the attract screen (load ${loadavg()[0]?.toFixed(0)}); runtime's memory: ${[...inMemory(runtime(), canaries)].join(", ") || "nothing"}\n`,
  );
  return lived;
}

/** To a service, by the card. */
async function identified(service: string): Promise<void> {
  await window.sees("attract");
  await window.touches("START");
  await stack.kiosk.opens(service);
  await window.sees("inform");
  await window.touches("CONTINUE");
  await window.sees("identify");
  await stack.operator.act("code-reader", "present-card", { run: CANARY.run });
}

async function toReview(): Promise<void> {
  const { kiosk } = stack;
  await identified("fonasa/bono-atencion");
  // Where the kiosk has a chip reader, the citizen goes on without the chip, which is only offered.
  await until(
    "consent",
    async () => {
      if (kiosk.view?.screen.kind === "tap-card") await window.presses("SKIP");
      return kiosk.view?.screen.kind === "consent";
    },
    60_000,
  ).catch((problem: Error) => {
    throw new Error(`${problem.message}; seen: ${kiosk.seen.slice(-4).join(" | ")}`);
  });
  await window.sees("consent");
  await window.touches("ACCEPT");
  await window.sees("choose");
  await window.touches("SELECT");
  await stack.kiosk.sees("choose", /atender|seen/i);
  await window.touches("SELECT");
  await window.sees("review");
}

async function leaves(): Promise<void> {
  await window.touches("LEAVE");
  await until("left", async () => {
    if (stack.kiosk.view?.overlay?.kind === "confirm-leave") await window.presses("LEAVE");
    return stack.kiosk.view?.screen.kind === "attract";
  });
}

/** Types an answer on the page's own keys. */
async function answers(question: RegExp, text: string): Promise<void> {
  const { title } = await stack.kiosk.sees("ask", question);
  await window.says(title.text);
  await window.types(text);
  await window.touches("SUBMIT");
}

/** The page that was scanned last, as the window got it. */
async function scannedPicture(): Promise<Uint8Array> {
  const base64 = await until("the picture on the page", () =>
    window.evaluate<string | false>(`(async () => {
      const picture = document.querySelector("img.scanned-page__picture");
      if (!picture?.naturalWidth) return false;
      return new Uint8Array(await (await fetch(picture.src)).arrayBuffer()).toBase64();
    })()`),
  );
  return Buffer.from(base64, "base64");
}

/** What the kiosk itself made for the citizen is searched for from now on. */
function note(what: string, text: string | undefined): void {
  if (text === undefined || text.length < 6) throw new Error(`there is no ${what} to search for`);
  canaries.add(what, text);
}

/** The journeys that wait for time or for an institution that stays away take minutes: `VENTANILLA_PRIVACY=1` has them too. */
const LONG = process.env.VENTANILLA_PRIVACY === "1";
const TAKES_MINUTES = "it takes minutes; VENTANILLA_PRIVACY=1 npm test tests/security/privacy";

describe("nothing of a citizen is left", { timeout: 240_000 }, () => {
  test("who walked away from what they would have paid", async () => {
    await toReview();
    await nothingIsLeftAfter(leaves);
  });

  test("who went away without a word: the time runs out", async ({ skip }) => {
    if (!LONG) skip(TAKES_MINUTES);
    await stack.operator.act("io-board", "step-up");
    await toReview();
    await nothingIsLeftAfter(() => stack.operator.act("io-board", "step-away"));
  });

  test.each(["QR", "orreo"])("who got a certificate, with a copy by %s", async (copy) => {
    const { kiosk } = stack;
    await identified("srcei/certificado-nacimiento");
    await window.sees("choose");
    await window.touches("SELECT");
    await window.sees("consent");
    await window.touches("ACCEPT");
    await window.sees("review");
    await window.touches("CONFIRM");
    await window.sees("deliver");
    const [paper = ""] = await stack.takesPapers(1);
    note("folio", /(\d{12})/.exec(paper)?.[1]);
    await kiosk.sees("choose", /copia/);
    await window.touches("SELECT", copy);
    if (copy === "QR") {
      const { qr, code } = await kiosk.sees("hand-off");
      note("link", qr.slice(-20));
      note("link's code", code);
      await window.sees("hand-off");
      await window.touches("CONTINUE");
    } else {
      await window.sees("ask");
      await window.types(CANARY_EMAIL);
      await window.touches("SUBMIT");
    }
    await kiosk.seesOneOf(["survey", "finish"]);
    await nothingIsLeftAfter(async () => {
      await window.touches("SKIP");
      await window.sees("finish");
      await window.touches("FINISH");
    });
  });

  test("who complained: what they were charged, the bill itself, where they live, and what they wrote", async () => {
    const { kiosk, operator } = stack;
    await identified("chileatiende/reclamo");
    await window.sees("consent");
    await window.touches("ACCEPT");
    await kiosk.sees("ask", /día/);
    await kiosk.does({ type: "SUBMIT", value: aFewDaysAgo() });
    await kiosk.sees("choose-many");
    await kiosk.does({ type: "CHOOSE", options: ["cobro"] });
    await answers(/cobraron/, CANARY_PESOS);
    await kiosk.sees("scan-pages");
    await operator.act("document-scanner", "load", { sheets: 1 });
    await window.touches("SCAN");
    canaries.addPicture("the bill", await scannedPicture());
    await window.touches("CONTINUE");
    await answers(/Dónde vive/, "zqkan");
    await answers(/Qué número/, "100");
    await kiosk.sees("ask", /departamento/);
    await kiosk.does({ type: "SKIP" });
    await kiosk.sees("ask", /comuna/);
    await kiosk.does({ type: "SUBMIT", value: "Valdivia" });
    await answers(/qué pasó/, "zqkan");
    await window.sees("review");
    await window.touches("CONFIRM");
    const [paper = ""] = await stack.takesPapers(1);
    note("folio", /folio\D*(\S{6,})/i.exec(paper)?.[1]);
    await kiosk.seesOneOf(["survey", "finish"]);
    await nothingIsLeftAfter(async () => {
      await window.touches("SKIP");
      await window.sees("finish");
      await window.touches("FINISH");
    });
  });

  test("who asked to be called: the number of their phone", async () => {
    const { kiosk } = stack;
    await identified("chileatiende/solicitud-contacto");
    await window.sees("choose");
    await window.touches("SELECT");
    await answers(/A qué teléfono/, CANARY_PHONE);
    await window.sees("consent");
    await window.touches("ACCEPT");
    await window.sees("review");
    await window.touches("CONFIRM");
    await stack.takesPapers(1);
    await kiosk.sees("finish");
    await nothingIsLeftAfter(() => window.touches("FINISH"));
  });

  test("who paid and did not get the bono", async ({ skip }) => {
    if (!LONG) skip(TAKES_MINUTES);
    const { operator, kiosk } = stack;
    await toReview();
    await operator.act("fonasa-bono", "fail", { fault: "error-500" });
    await window.touches("CONFIRM");
    await kiosk.sees("pay", /acerque|insert/i);
    await operator.act("payment-terminal", "insertCard", { kind: "credit", last4: "0117" });
    await kiosk.sees("finish", undefined, 100_000);
    await nothingIsLeftAfter(() => window.touches("FINISH"));
    await operator.act("fonasa-bono", "restore");
    await operator.act("payment-terminal", "removeCard");
  });
});

test("the search finds what leaks: a log, a file, a form, the clipboard, the memory of a page that stays", async () => {
  await window.sees("attract");
  const leak = `"zq" + "kan@ejemplo.cl"`;
  const told = "name in a log: ZQKANALES";
  window.logs.push(told);
  const file = join(window.directory, "leak");
  writeFileSync(file, Buffer.from("19.283.746-4", "utf16le"));
  expect(onDisk()).toEqual(["the RUN (19.283.746) in leak", "a name, a place or an e-mail (ZQKAN) in the shell's log"]);
  window.logs.splice(window.logs.indexOf(told));
  rmSync(file);

  const found = async () => [...canaries.in(Buffer.from(await window.keeps()))];
  expect(await found()).toEqual([]);
  await window.evaluate(`{ document.body.append(Object.assign(new Image(), { alt: ${leak} })); }`);
  expect(await found()).toEqual(["a name, a place or an e-mail (zqkan)"]);
  await window.evaluate(`{ document.querySelector("body > img").remove(); }`);
  expect(await found()).toEqual([]);
  await window.copies(leak);
  expect(await found()).toEqual(["a name, a place or an e-mail (zqkan)"]);
  expect(inTheWindow()).toContain("a name, a place or an e-mail (zqkan) in renderer");
});
