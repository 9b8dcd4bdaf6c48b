import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildUi } from "../../../scripts/build-ui.ts";
import { type Demo, startDemo } from "../../../scripts/demo/demo.ts";
import { Citizen } from "../../support/citizen.ts";
import { Operator } from "../../support/operator.ts";
import { launchChromium, PORTRAIT } from "../ui/browser.ts";
import { bonoWithSecondCard } from "./bono.ts";
import { certificateInEnglish } from "./certificate.ts";

/**
 * `npm run tour`: walks both services as a citizen would, in headless Chromium, against the running parts (those of `npm
 * start`, else its own), and leaves what was seen under `out/tour/`: a picture of every screen, the printed papers, a
 * Playwright trace.
 */
const root = join(import.meta.dirname, "..", "..", "..");
const out = join(root, "out", "tour");

async function running(): Promise<{ kiosk: string; simulators: string } | undefined> {
  const kiosk = `http://127.0.0.1:${process.env.VENTANILLA_KIOSK_PORT ?? 4100}`;
  const simulators = `http://127.0.0.1:${process.env.VENTANILLA_SIMULATORS_PORT ?? 4400}`;
  const answers = async (url: string) =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  return (await answers(`${kiosk}/health`)) && (await answers(`${simulators}/api/devices`))
    ? { kiosk, simulators }
    : undefined;
}

async function ownDemo(): Promise<Demo & { readonly directory: string }> {
  await buildUi();
  const directory = mkdtempSync(join(tmpdir(), "ventanilla-tour-"));
  const demo = await startDemo({
    directory,
    ports: { kiosk: 0, gateway: 0, simulators: 0 },
    log: () => {},
    onReady: () => {},
    onCrash: (part, code) => process.stderr.write(`${part.name} ended with ${code}\n`),
  });
  return { ...demo, directory };
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const there = await running();
const own = there === undefined ? await ownDemo() : undefined;
const parts = there ?? own;
if (parts === undefined) throw new Error("the parts are neither running nor started");

const browser = await launchChromium();
const context = await browser.newContext({
  viewport: { width: PORTRAIT.width, height: PORTRAIT.height },
  hasTouch: true,
});
await context.tracing.start({ screenshots: true, snapshots: true });
try {
  const page = await context.newPage();
  await page.goto(parts.kiosk);
  let picture = 0;
  const citizen = new Citizen(page, async (kind) => {
    const number = String(++picture).padStart(2, "0");
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({ path: join(out, `${number}-${kind}.png`), animations: "disabled" });
  });
  const operator = new Operator(parts.simulators);
  await bonoWithSecondCard(citizen, operator);
  await certificateInEnglish(citizen, operator);
  const papers = (await operator.pictures("receipt-printer")).reverse();
  for (const [index, { png }] of papers.entries())
    writeFileSync(join(out, `receipt-${String(index + 1).padStart(2, "0")}.png`), png);
  process.stdout.write(`${picture} screens and ${papers.length} papers in ${out}\n`);
} finally {
  await context.tracing.stop({ path: join(out, "trace.zip") });
  await browser.close();
  await own?.stop();
  if (own !== undefined) rmSync(own.directory, { recursive: true, force: true });
}
