import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { SERVICES_DIRECTORY } from "../../../flows/node/load-services.ts";
import { openStore } from "../../../gateway/store/database.ts";
import { Records } from "../../../gateway/store/records.ts";
import { buildRuntime } from "../../../scripts/build-runtime.ts";
import { buildUi } from "../../../scripts/build-ui.ts";
import { SimulatedChip } from "../../../simulators/chip-card/chip.ts";
import { removedAt } from "../../../simulators/chip-card/faults.ts";
import {
  type ChipCardSimulator,
  type ChipVariant,
  createChipCardSimulator,
} from "../../../simulators/chip-card/simulator.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { random } from "../../support/chip-card.ts";
import { Citizen } from "../../support/citizen.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { pcscMissing, startPcsc, watchSlot } from "../../support/pcsc.ts";
import { until } from "../../support/until.ts";
import { launchChromium, PORTRAIT } from "../ui/browser.ts";

/**
 * A whole kiosk as it is deployed: the bundled runtime with its own copy of PC/SC's package, far from the project's; the real pcscd
 * with its virtual reader, a simulated chip in it; Chromium in front.
 */
const missing = pcscMissing();
const RUN = "12345678-5";
const OTHER = "11111111-1";
const BONO = "fonasa/bono-atencion";
const CERTIFICATE = "srcei/certificado-nacimiento";

let folder: string;
let pcsc: Awaited<ReturnType<typeof startPcsc>>;
let slot: ReturnType<typeof watchSlot>;
let chip: ChipCardSimulator;
let stack: KioskStack;
let browser: Browser;
let citizen: Citizen;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "chip-journey-"));
  pcsc = await startPcsc();
  // From here on this process and its children find this PC/SC and no other.
  slot = watchSlot(pcsc);
  chip = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: pcsc.vpcd });
  await chip.start();
  mkdirSync(join(folder, "trust"));
  writeFileSync(join(folder, "trust", "csca.cer"), chip.csca());
  const [bundle] = await Promise.all([buildRuntime(join(folder, "runtime")), buildUi()]);
  stack = await KioskStack.start({
    runtimeProgram: join(bundle.folder, "main.js"),
    runtime: (directory) => ({
      devices: [
        ...[
          ["payment-terminal", "transbank-autoservicio"],
          ["receipt-printer", "custom-vkp80"],
          ["code-reader", "serial-scanner"],
        ].map(([kind, model]) => ({ id: kind, kind, model, port: join(directory, "devices", kind ?? "") })),
        { id: "chip", kind: "chip-card-reader", model: "pcsc", port: "*", trust: join(folder, "trust") },
      ],
      services: servicesWithRequiredChip(join(folder, "services")),
    }),
  });
  browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: PORTRAIT.width, height: PORTRAIT.height }, hasTouch: true });
  await page.goto(stack.url);
  citizen = new Citizen(page);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await chip?.stop();
  await slot?.stop();
  await pcsc?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
beforeEach(async (context) => {
  if (missing !== undefined) return context.skip(missing);
  await citizen.sees("attract");
});
afterEach(async () => {
  if (missing !== undefined) return;
  await chip.remove();
  await slot.empty();
  if (stack.kiosk.view?.screen.kind === "attract") return;
  await stack.kiosk.does({ type: "LEAVE" });
  if (stack.kiosk.view?.overlay?.kind === "confirm-leave") await stack.kiosk.does({ type: "LEAVE" });
});

/** The project's services, of which the certificate insists on the chip. */
function servicesWithRequiredChip(to: string): string {
  cpSync(SERVICES_DIRECTORY, to, { recursive: true, filter: (file) => !file.endsWith(".ts") && !file.endsWith(".md") });
  const file = join(to, CERTIFICATE, "service.yaml");
  const text = readFileSync(file, "utf8")
    .replace("    typed: true\n", "    chip: required\n")
    .replace("requires: [code-reader,", "requires: [code-reader, chip-card-reader,");
  writeFileSync(file, text);
  return to;
}

async function puts(run: string, variant: ChipVariant = "as-issued", removed?: number): Promise<void> {
  const behind = new SimulatedChip(await chip.issue(personWithRun(run), variant), random);
  await slot.empty();
  await chip.insert(removed === undefined ? behind : removedAt(behind, removed));
}

/** From the attract screen to the request for the card, with its code shown to the scanner; by touch only. */
async function scans(service: RegExp): Promise<void> {
  await citizen.touches("START");
  await citizen.touches("OPEN_SERVICE", service);
  await citizen.sees("inform");
  await citizen.touches("CONTINUE");
  await citizen.sees("identify");
  await stack.operator.act("code-reader", "present-card", { run: RUN });
}

/** How the gateway recorded that the person was identified, after the consent was given for `procedure`. */
async function consents(procedure: string): Promise<unknown> {
  const store = openStore(join(stack.directory, "gateway"));
  const records = new Records(store, systemClock);
  const before = records.consentsOf(RUN).length;
  await citizen.sees("consent");
  await citizen.touches("ACCEPT");
  const consent = await until("the consent at the gateway", () => records.consentsOf(RUN)[before]?.consent);
  store.database.close();
  expect(consent).toMatchObject({ run: RUN, procedure, given: true });
  return (consent as { identifiedBy: unknown }).identifiedBy;
}

describe("where the chip is offered", () => {
  test("scan and tap identify a person without typing, and the screen follows the reading", async () => {
    await scans(/bono/i);
    await citizen.sees("tap-card", /lector de chip/);
    const bar = citizen.page.getByRole("progressbar", { name: "Lectura del chip" }).waitFor();
    const held = citizen.page.getByRole("status").getByText("No mueva la cédula").waitFor();
    await puts(RUN);
    await Promise.all([bar, held]);
    expect(await consents(BONO)).toBe("cedula-chip");
    await citizen.sees("choose");
    expect(await citizen.page.locator("input, button.key").count()).toBe(0);
  });

  test("a card that is taken away half way is asked for again, and read", async () => {
    await scans(/bono/i);
    await citizen.sees("tap-card");
    await puts(RUN, "as-issued", 12);
    await citizen.page
      .getByRole("alert")
      .getByText(/se movió/)
      .waitFor();
    await puts(RUN);
    expect(await consents(BONO)).toBe("cedula-chip");
  });

  test("another person's card is refused; the scanned one goes on", async () => {
    await scans(/bono/i);
    await citizen.sees("tap-card");
    await puts(OTHER);
    await citizen.sees("problem", /No es la misma cédula/);
    await chip.remove();
    await citizen.touches("RETRY");
    await citizen.sees("tap-card");
    await puts(RUN);
    expect(await consents(BONO)).toBe("cedula-chip");
  });

  test.each(["cloned", "unknown-authority"] as const)(
    "a chip that is %s counts for no more than the scanned code",
    async (variant) => {
      await scans(/bono/i);
      await citizen.sees("tap-card");
      await puts(RUN, variant);
      expect(await consents(BONO)).toBe("cedula");
    },
  );

  test("who does not want to tap goes on", async () => {
    await scans(/bono/i);
    await citizen.sees("tap-card");
    await citizen.touches("SKIP");
    expect(await consents(BONO)).toBe("cedula");
  });
});

describe("where the chip is required", () => {
  test("a cloned chip leads to the counter, and the original goes on", async () => {
    await scans(/nacimiento/i);
    await citizen.sees("tap-card");
    await puts(RUN, "cloned");
    await citizen.sees("problem", /No pudimos comprobar/);
    expect(await citizen.words()).toContain("mesón");
    await chip.remove();
    await citizen.touches("CONTINUE");
    await citizen.sees("identify");
    await stack.operator.act("code-reader", "present-card", { run: RUN });
    await citizen.sees("tap-card");
    await puts(RUN);
    await citizen.sees("choose");
    await citizen.touches("SELECT");
    expect(await consents(CERTIFICATE)).toBe("cedula-chip");
  });
});

describe("a PC/SC service that dies", () => {
  test("under a citizen who was asked to tap: the journey goes on with the scanned document, and the service comes back", async () => {
    await scans(/bono/i);
    await citizen.sees("tap-card");
    await pcsc.kill();
    expect(await consents(BONO)).toBe("cedula");
    const reader = async () => (await stack.health()).devices.find(({ kind }) => kind === "chip-card-reader");
    expect(await reader()).toMatchObject({ link: "absent", conditions: [{ code: "service-absent" }] });
    await pcsc.restart();
    await until("the reader connected again", async () => (await reader())?.link === "connected");
  });
});

test("nothing of the person is on the kiosk's disk or in a log", () => {
  const { documentNumber } = personWithRun(RUN).card;
  expect(stack.tracesOf("12345678", "12.345.678", documentNumber, "MUÑOZ", "MUNOZ")).toEqual([]);
});
