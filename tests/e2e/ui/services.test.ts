import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAY_WAIT } from "../../../base/contracts/outbox.ts";
import type { SessionView } from "../../../base/contracts/view.ts";
import { done } from "../../../base/outcome.ts";
import { assertOk } from "../../../base/result.ts";
import { loadServices } from "../../../flows/node/load-services.ts";
import { everyScreen, type Script } from "../../../flows/testing/days.ts";
import { walk } from "../../../flows/testing/explore.ts";
import { TestKiosk } from "../../../flows/testing/kiosk.ts";
import { AFFILIATION, BONO, CEDULA, QUOTE } from "../../../flows/testing/people.ts";
import { HANG } from "../../../flows/testing/scripted-ports.ts";
import { buildUi } from "../../../scripts/build-ui.ts";
import { PRESTACIONES, PROVIDERS } from "../../../simulators/institutions/fonasa-tables.ts";
import { LANDSCAPE, launchChromium, openPage, PORTRAIT, type ScreenSize, SMALL } from "./browser.ts";
import { faultsOf, loadAxe } from "./draw.ts";
import { startUiServer, type UiServer } from "./ui-server.ts";

const PICTURES = join(import.meta.dirname, "..", "..", "..", "out", "ui-services");

/** What is drawn: one state in every language. */
type Wanted = { readonly name: string; readonly views: readonly SessionView[] };

const services = assertOk(await loadServices(), "the services");

const LONG_NAME = "MARÍA DE LOS ÁNGELES FERNÁNDEZ-VALENZUELA ECHEVERRÍA";
const LONG_PROVIDER = "Centro Médico y Dental Integral Santa María de los Andes";
const prestacion = { code: "0101001", name: "Consulta médica de especialidad en neurología infantil" };
const provider = {
  rut: "76000001-9",
  name: LONG_PROVIDER,
  level: 1,
  address: "Av. Libertador O’Higgins 10250, Valparaíso",
};

/** Institutions with much to say: the simulators' tables, and the longest names that a citizen may have to read. */
const wordy: Script = (ports) =>
  ports
    .script("scan", done({ ...CEDULA, name: LONG_NAME }), HANG)
    .script(
      "fonasa.affiliation",
      done({ ...AFFILIATION, beneficiary: { ...AFFILIATION.beneficiary, name: LONG_NAME } }),
    )
    .script(
      "fonasa.prestaciones",
      done({ prestaciones: [prestacion, ...PRESTACIONES.slice(1).map(({ code, name }) => ({ code, name }))] }),
    )
    .script(
      "fonasa.providers",
      done({
        providers: [
          provider,
          ...PROVIDERS.slice(1).map(({ rut, name, level, address }) => ({ rut, name, level, address })),
        ],
      }),
    )
    .script("fonasa.quote", done({ ...(QUOTE as object), prestacion, provider, total: 142_400, copago: 122_400 }))
    .script("fonasa.bono.issue", done({ ...(BONO as object), prestacion, provider }));

/** Answers that end the bono early. */
const MORE: { readonly [day: string]: Script } = {
  "wordy institutions": wordy,
  "simulators' tables": (ports) =>
    ports
      .script("scan", done(CEDULA), HANG)
      .script("fonasa.prestaciones", done({ prestaciones: PRESTACIONES.map(({ code, name }) => ({ code, name })) })),
  "tramo A": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("fonasa.affiliation", done({ ...AFFILIATION, tramo: "A" })),
  "no beneficiary": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("fonasa.affiliation", done({ ...AFFILIATION, active: false })),
  "nothing to buy": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("fonasa.prestaciones", done({ prestaciones: [] })),
  "nowhere to go": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("fonasa.providers", done({ providers: [] })),
  "slow institutions": (ports) =>
    ports.script("scan", done(CEDULA), HANG).script("lookUp", HANG).script("submit", HANG),
  "slow bono": (ports) => ports.script("scan", done(CEDULA), HANG).script("fonasa.bono.issue", HANG),
  "expired card": (ports) => ports.script("scan", done({ ...CEDULA, expired: true }), HANG),
  "another code": (ports) => ports.script("scan", done({ kind: "other" }), HANG),
  "chip being read": (ports) => {
    ports.chipProgress = [{ step: "connected" }, { step: "opened", protocol: "pace" }];
    ports.script("scan", done(CEDULA), HANG).script("read-chip", HANG);
  },
  "scanner: slow": (ports) => {
    ports.paperProgress = ["insert", "scanning"];
    ports.script("scan", done(CEDULA), HANG).script("scan-page", HANG);
  },
  "slow terminal": (ports) => ports.script("scan", done(CEDULA), HANG).script("charge", HANG),
  "slow printer": (ports) => ports.script("scan", done(CEDULA), HANG).script("print", HANG),
};

let browser: Browser;
let server: UiServer;
let wanted: readonly Wanted[];

beforeAll(async () => {
  await buildUi();
  mkdirSync(PICTURES, { recursive: true });
  server = await startUiServer();
  browser = await launchChromium();
  wanted = [...(await front()), ...(await journeys())];
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test("the screens of all services are there, and those that only wordy institutions bring", () => {
  expect(wanted.length).toBeGreaterThan(50);
  const kinds = new Set(wanted.flatMap(({ views }) => views.map(({ screen }) => screen.kind)));
  expect(kinds.size).toBe(23);
  expect(JSON.stringify(wanted)).toContain(LONG_PROVIDER);
});

test.each([PORTRAIT, LANDSCAPE, SMALL].map((size): [string, ScreenSize] => [size.name, size]))(
  "every screen of the real services is legible, reachable and complete: %s",
  async (_name, size) => {
    const { page, context, errors } = await openPage(browser, server.url, size);
    await loadAxe(page);
    const faults: string[] = [];
    const seen = new Set<string>();
    for (const { name, views } of wanted)
      for (const view of views) {
        const first = view.locale === "es";
        // The smallest screen is where longer words of another language do not fit.
        if (!first && size !== SMALL) continue;
        // Words make no difference to axe, and it is slow: each form of a page once.
        const form = `${view.screen.kind} ${view.overlay?.kind} ${view.intents} ${"problem" in view.screen}`;
        const wrong = await faultsOf(page, server, view, size, { accessibility: !seen.has(form) });
        seen.add(form);
        faults.push(...wrong.map((fault) => `${name}, ${view.locale}: ${fault}`));
        if (first)
          await page.screenshot({
            path: join(PICTURES, `${size.name}-${fileName(name)}.jpg`),
            quality: 85,
            animations: "disabled",
          });
      }
    expect(faults).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  },
);

async function journeys(): Promise<Wanted[]> {
  const found = new Map<string, Wanted>();
  for (const { service, screen, script, way } of await everyScreen(services, MORE)) {
    if (found.has(screen)) continue;
    const kiosk = await walk(services, service, script, way);
    found.set(screen, { name: screen, views: await inEveryLanguage(kiosk) });
  }
  return [...found.values()];
}

/** What stands before any service: attract, menu, the same with parts missing, out of service, help over them. */
async function front(): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  const add = async (name: string, prepare: (kiosk: TestKiosk) => Promise<void> | void) => {
    const kiosk = new TestKiosk(services);
    await prepare(kiosk);
    wanted.push({ name, views: await inEveryLanguage(kiosk) });
  };
  const { devices, institutions, waitable } = new TestKiosk(services).availability.value;
  await add("attract", () => {});
  await add("attract help", (kiosk) => kiosk.act("HELP"));
  await add("menu", (kiosk) => kiosk.act("START"));
  await add("menu without terminal", async (kiosk) => {
    kiosk.availability.set({
      devices: new Set([...devices].filter((kind) => kind !== "payment-terminal")),
      institutions,
      waitable,
      closed: false,
    });
    await kiosk.act("START");
  });
  await add("menu without FONASA", async (kiosk) => {
    const others = new Set([...institutions].filter((name) => name !== "fonasa"));
    kiosk.availability.set({ devices, institutions: others, waitable, closed: false });
    await kiosk.act("START");
  });
  await add("menu off line", async (kiosk) => {
    kiosk.availability.set({ devices, institutions: new Set(), waitable: new Set(MAY_WAIT), closed: false });
    await kiosk.act("START");
  });
  await add("closed", (kiosk) => kiosk.availability.set({ devices, institutions, waitable, closed: true }));
  await add("closed help", async (kiosk) => {
    kiosk.availability.set({ devices, institutions, waitable, closed: true });
    await kiosk.act("HELP");
  });
  return wanted;
}

/** The present state in Spanish and in English. On the attract screen a language begins: there only Spanish is seen. */
async function inEveryLanguage(kiosk: TestKiosk): Promise<SessionView[]> {
  const spanish = kiosk.view;
  await kiosk.act({ type: "SET_LOCALE", locale: "en" });
  return kiosk.view.screen.kind === spanish.screen.kind ? [spanish, kiosk.view] : [spanish];
}

function fileName(name: string): string {
  return name.replace(/[^\w-]+/g, "-");
}
