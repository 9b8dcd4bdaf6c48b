import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { SERVICES_DIRECTORY } from "../../../flows/node/load-services.ts";
import { openStore } from "../../../gateway/store/database.ts";
import { Records } from "../../../gateway/store/records.ts";
import { syntheticTemplate } from "../../../simulators/fingerprint-reader/templates.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves } from "./walk.ts";

/** A whole kiosk whose certificate insists on a finger: the real runtime, the sensor at its socket, the gateway, and who compares. */
const RUN = "11111111-1";
const OTHER = "12345678-5";
const SERVICE = "srcei/nacimiento-con-huella";
const TEMPLATE = Buffer.from(syntheticTemplate(RUN));

let stack: KioskStack;

beforeAll(async () => {
  stack = await KioskStack.start({ runtime: { services: join(SERVICES_DIRECTORY, "../testing/examples") } });
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  await stack.serves("fingerprint");
  await stack.kiosk.sees("attract");
});
afterEach(async () => {
  await stack.operator.act("fingerprints", "restore");
  await stack.operator.act("fingerprint-reader", "lift");
  if (stack.kiosk.view?.screen.kind === "attract") return;
  await stack.kiosk.does({ type: "LEAVE" });
  if (stack.kiosk.view?.overlay?.kind === "confirm-leave") await stack.kiosk.does({ type: "LEAVE" });
});

/** From the attract screen to the fingerprint reader, with the cédula. */
async function scans(): Promise<void> {
  const { kiosk, operator } = stack;
  await kiosk.does({ type: "START" });
  await kiosk.opens(SERVICE);
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await lay({ run: RUN });
  await operator.act("code-reader", "present-card", { run: RUN });
  await kiosk.sees("place-finger", /pulgar derecho/);
  await lifts();
}

/** A finger that lies there is not taken: that the page asks to lift it shows that the reader looks. */
async function lifts(): Promise<void> {
  await stack.kiosk.sees("place-finger", /Levante el dedo/);
  await lift();
  await stack.kiosk.sees("place-finger", /Ponga el dedo/);
}

const lay = (finger: Record<string, unknown>) => stack.operator.act("fingerprint-reader", "lay", finger);
const lift = () => stack.operator.act("fingerprint-reader", "lift");

/** How the gateway recorded that the person was identified, after the consent was given. */
async function consents(): Promise<unknown> {
  const store = openStore(join(stack.directory, "gateway"));
  const records = new Records(store, systemClock);
  const before = records.consentsOf(RUN).length;
  await stack.kiosk.sees("consent");
  await stack.kiosk.does({ type: "ACCEPT" });
  const consent = await until("the consent at the gateway", () => records.consentsOf(RUN)[before]?.consent);
  store.database.close();
  return (consent as { identifiedBy: unknown }).identifiedBy;
}

test("a wet finger, another person's and the person's own: it is told each time, and the certificate is the owner's", async () => {
  const { kiosk } = stack;
  await scans();
  await lay({ run: RUN, quality: 12, problem: "too-wet" });
  await lifts();
  expect(await kiosk.sees("place-finger", /Ponga el dedo/)).toMatchObject({
    problem: { id: "common/identify.finger-too-wet" },
  });
  await lay({ run: OTHER });
  await kiosk.sees("place-finger", /no coincide/);
  await lifts();
  await lay({ run: RUN });
  expect(await consents()).toBe("cedula-finger");
  const [paper] = await stack.takesPapers(1);
  expect(paper).toContain("TOMÁS IGNACIO IBÁÑEZ GÜIRALDES");
  expect((await finishes(stack)).result).toBe("delivered");
  await leaves(stack);
  expect((await stack.settled()).journey.result).toBe("delivered");
  const traces = [TEMPLATE.toString("base64").slice(8, 40), TEMPLATE.toString("latin1", 8, 40)];
  expect(stack.tracesOf("11111111", "11.111.111", ...traces)).toEqual([]);
});

test("while nobody can compare, the person is told and may try again; at the menu the service says so", async () => {
  const { kiosk, operator } = stack;
  await scans();
  await operator.act("fingerprints", "fail", { fault: "error-500", times: 9 });
  await lay({ run: RUN });
  await kiosk.sees("problem", /Ahora no se pueden comparar huellas/);
  await operator.act("fingerprints", "restore");
  await kiosk.does({ type: "RETRY" });
  await lifts();
  await operator.act("fingerprints", "cut");
  await kiosk.does({ type: "LEAVE" });
  await kiosk.sees("attract");
  await until("the comparison away", async () => !(await stack.health()).institutions.includes("fingerprint"));
  await kiosk.does({ type: "START" });
  await kiosk.sees("services", /Ahora no se pueden comparar huellas/);
});

test("a reader that is unplugged while a finger is awaited is told, and serves again once it is back", async () => {
  const { kiosk, operator } = stack;
  await scans();
  await operator.act("fingerprint-reader", "unplug");
  await kiosk.sees("problem", /lector de huella no responde/);
  await operator.act("fingerprint-reader", "plug");
  await until("the reader back", async () => {
    const reader = (await stack.health()).devices.find(({ kind }) => kind === "fingerprint-reader");
    return reader?.link === "connected";
  });
  await lay({ run: RUN });
  await kiosk.does({ type: "RETRY" });
  await lifts();
  await lay({ run: RUN });
  expect(await consents()).toBe("cedula-finger");
  await stack.takesPapers(1);
  await finishes(stack);
  await leaves(stack);
});
