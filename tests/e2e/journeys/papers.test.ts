import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, toBill } from "./walk.ts";

/** A whole kiosk with a scanner on the network: a bill goes with a complaint, through the gateway, to who keeps complaints. */
let stack: KioskStack;

beforeAll(async () => {
  stack = await KioskStack.start();
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  await stack.serves("chileatiende");
  await stack.kiosk.sees("attract");
});
afterEach(async () => {
  await stack.operator.act("document-scanner", "repair");
  if (stack.kiosk.view?.screen.kind === "attract") return;
  await stack.kiosk.does({ type: "LEAVE" });
  if (stack.kiosk.view?.overlay?.kind === "confirm-leave") await stack.kiosk.does({ type: "LEAVE" });
});

/** From the page after the bill to the end, and away. */
async function files(): Promise<void> {
  const { kiosk } = stack;
  for (const value of ["Picarte", "100"]) {
    await kiosk.sees("ask");
    await kiosk.does({ type: "SUBMIT", value });
  }
  await kiosk.sees("ask", /departamento/);
  await kiosk.does({ type: "SKIP" });
  await kiosk.sees("ask", /comuna/);
  await kiosk.does({ type: "SUBMIT", value: "Valdivia" });
  await kiosk.sees("ask", /pasó/);
  await kiosk.does({ type: "SKIP" });
  await kiosk.sees("review");
  await kiosk.does({ type: "CONFIRM" });
  await stack.takesPapers(1);
  await finishes(stack);
  await leaves(stack);
}

const scanner = (action: string, parameters = {}) => stack.operator.act("document-scanner", action, parameters);
const kept = async () => Number((await stack.operator.state("chileatiende-reclamos")).papers);
const pages = () => {
  const screen = stack.kiosk.view?.screen;
  return screen?.kind === "scan-pages" && screen.state === "ready" ? screen.pages : [];
};

/** What the kiosk's own page gets when it asks for the picture of a page. */
async function picture(path: string): Promise<{ status: number | undefined; bytes: Buffer }> {
  const token = readFileSync(join(stack.directory, "view.token"), "utf8").trim();
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; bytes: Buffer }>();
  const headers = { cookie: `ventanilla-token=${token}` };
  const asked = request(new URL(path, stack.url), { headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => resolve({ status: response.statusCode, bytes: Buffer.concat(chunks) }));
  });
  asked.on("error", reject);
  asked.end();
  return await promise;
}

test("two pages from the feeder reach who keeps complaints, and the kiosk has nothing of them afterwards", async () => {
  const { kiosk } = stack;
  const before = await kept();
  await toBill(stack);
  await scanner("load", { sheets: 2 });
  await kiosk.does({ type: "SCAN" });
  await until("the first page", () => pages().length === 1);
  await kiosk.does({ type: "SCAN" });
  await until("the second page", () => pages().length === 2);
  const path = pages()[1]?.picture ?? "";
  const shown = await picture(path);
  expect(shown.status).toBe(200);
  expect(shown.bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  await kiosk.does({ type: "CONTINUE" });
  await files();
  expect(await kept()).toBe(before + 2);
  expect((await picture(path)).status).toBe(404);
});

test("a jam is told on the page, and once the paper is out the page comes after all", async () => {
  const { kiosk } = stack;
  await toBill(stack);
  await scanner("jamNext");
  await scanner("load", { sheets: 1 });
  await kiosk.does({ type: "SCAN" });
  await until("the jam is told", () => {
    const screen = kiosk.view?.screen;
    return screen?.kind === "scan-pages" && screen.problem?.id === "common/ask.file-jammed";
  });
  await scanner("clearJam");
  await scanner("load", { sheets: 1 });
  await until("the page", async () => {
    if (pages().length === 0 && kiosk.may("SCAN")) await kiosk.does({ type: "SCAN" });
    return pages().length === 1;
  });
});

test("a scanner that is unplugged is told on a page of its own, and the complaint goes without the bill", async () => {
  const { kiosk } = stack;
  const before = await kept();
  await toBill(stack);
  await scanner("unplug");
  await kiosk.does({ type: "SCAN" });
  await kiosk.sees("problem", /escáner/, 60_000);
  await kiosk.does({ type: "BACK" });
  await kiosk.sees("scan-pages", /boleta/);
  await kiosk.does({ type: "SKIP" });
  await files();
  expect(await kept()).toBe(before);
});
