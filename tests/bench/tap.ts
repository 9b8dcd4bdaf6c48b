import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Page } from "playwright-core";
import { buildRuntime, RUNTIME_NODE_OPTIONS } from "../../scripts/build-runtime.ts";
import { buildUi } from "../../scripts/build-ui.ts";
import { startDemo } from "../../scripts/demo/demo.ts";
import { takesPapers, toPayment } from "../e2e/tour/bono.ts";
import { launchChromium, openPage, PORTRAIT } from "../e2e/ui/browser.ts";
import { Citizen } from "../support/citizen.ts";
import { Operator } from "../support/operator.ts";
import { type Figures, percentile, round } from "./figures.ts";

/** Milliseconds from tap to paint that the design allows at the 95th percentile. */
const LIMIT = 50;
const KEYPAD_TAPS = 160;
const PAYMENT_TAPS = 30;
const ROOT = join(import.meta.dirname, "../..");

/** Milliseconds from the finger's release to the frame that shows the touch, and to the frame that shows what the runtime answered. */
type Taps = { readonly painted: readonly number[]; readonly answered: readonly number[] };

/**
 * From a finger's release to the frame that shows it, in Debian's Chromium (software rendering, 1080×1920) on the bundled runtime
 * with simulated devices on their wires: on the RUN keypad while another process of this machine pays and prints without
 * a pause, and on the language button of the payment's screen and of the delivery's while the kiosk itself pays and prints.
 */
export async function run(): Promise<Figures> {
  const [{ folder: bundle }] = await Promise.all([buildRuntime(join(ROOT, "out", "bench-tap", "runtime")), buildUi()]);
  const directory = mkdtempSync(join(tmpdir(), "bench-tap-"));
  const demo = await startDemo({
    directory,
    ports: { kiosk: 0, gateway: 0, simulators: 0 },
    runtimeProgram: { program: relative(ROOT, join(bundle, "main.js")), nodeOptions: RUNTIME_NODE_OPTIONS },
    log: () => {},
    onReady: () => {},
    onCrash: (part, code) => process.stderr.write(`${part.name} ended with ${code}\n`),
  });
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser, demo.kiosk, PORTRAIT);
    await page.evaluate(watchTaps);
    const citizen = new Citizen(page);
    const operator = new Operator(demo.simulators);
    const memoryAtStart = residentMemory(demo.parts.runtime.pid);
    const keypad = await tapKeypad(citizen, directory);
    const payment = await tapThroughPayment(citizen, operator);
    const painted = [...keypad.taps.painted, ...payment.pay.painted, ...payment.deliver.painted];
    const answered = [...payment.pay.answered, ...payment.deliver.answered];
    const p95 = percentile(painted, 0.95);
    return {
      figure: round(p95),
      unit: "ms from tap to paint, 95th percentile",
      limit: LIMIT,
      ratio: round(p95 / LIMIT, 3),
      pass: p95 <= LIMIT,
      samples: painted.length,
      p50: round(percentile(painted, 0.5)),
      keypad: { ...summary(keypad.taps.painted), salesMeanwhile: keypad.sales, ticketsMeanwhile: keypad.tickets },
      payment: summary(payment.pay.painted),
      delivery: summary(payment.deliver.painted),
      toRuntimeAndBack: summary(answered),
      runtimeMemory: {
        start: memoryAtStart,
        afterJourneys: residentMemory(demo.parts.runtime.pid),
        unit: "MB resident",
      },
    };
  } finally {
    await browser.close();
    await demo.stop();
    rmSync(directory, { recursive: true });
    rmSync(join(ROOT, "out", "bench-tap"), { recursive: true });
  }
}

/** The certificate's keypad under the load of `tap-load.ts`; leaves the journey afterwards. */
async function tapKeypad(citizen: Citizen, directory: string): Promise<{ taps: Taps; sales: number; tickets: number }> {
  const load = fork(join(import.meta.dirname, "tap-load.ts"), [directory], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const done = { sale: 0, print: 0 };
  const busy = Promise.withResolvers<void>();
  load.on("message", ({ done: what, outcome }: { done: "sale" | "print"; outcome: string }) => {
    if (outcome !== "ok") busy.reject(new Error(`the load's ${what} ended in ${outcome}`));
    done[what] += 1;
    if (done.sale > 0) busy.resolve();
  });
  try {
    await citizen.sees("attract");
    await citizen.touches("START");
    await citizen.sees("services");
    await citizen.touches("OPEN_SERVICE", /nacimiento/i);
    await citizen.sees("inform");
    await citizen.touches("CONTINUE");
    await citizen.sees("identify");
    await citizen.touches("TYPE_RUN");
    await citizen.sees("ask");
    await busy.promise;
    await citizen.page.evaluate(clearTaps);
    for (let tap = 0; tap < KEYPAD_TAPS; tap++) {
      const key = tap % 8 === 7 ? "Borrar" : String(tap % 10);
      await tapOn(citizen.page, `button.key:has-text("${key}"), button.key[aria-label="${key}"]`);
    }
    const taps = await citizen.page.evaluate(takeTaps);
    await citizen.touches("LEAVE");
    await citizen.sees("attract");
    return { taps, sales: done.sale, tickets: done.print };
  } finally {
    load.kill();
  }
}

/** A bono, with the language changed all the time from the amount on the terminal to the last ticket in the hand. */
async function tapThroughPayment(citizen: Citizen, operator: Operator): Promise<{ pay: Taps; deliver: Taps }> {
  const { page } = citizen;
  await toPayment(citizen, operator);
  await page.evaluate(clearTaps);
  for (let tap = 0; tap < PAYMENT_TAPS; tap++) await tapOn(page, "[data-intent=SET_LOCALE]");
  await operator.act("payment-terminal", "insertCard", { kind: "debit", last4: "0117" });
  for (let tap = 0; tap < PAYMENT_TAPS; tap++) await tapOn(page, "[data-intent=SET_LOCALE]");
  const pay = await page.evaluate(takeTaps);
  await operator.act("payment-terminal", "approve");
  await citizen.sees("deliver");
  await page.evaluate(clearTaps);
  const taken = { all: false };
  const papers = takesPapers(operator, 2).finally(() => {
    taken.all = true;
  });
  while (!taken.all) await tapOn(page, "[data-intent=SET_LOCALE]");
  const deliver = await page.evaluate(takeTaps);
  await papers;
  await citizen.sees("survey");
  return { pay, deliver };
}

/** Taps the middle of `selector`'s first element, and waits until the tap is painted. */
async function tapOn(page: Page, selector: string): Promise<void> {
  const target = page.locator(selector).first();
  await page.locator(`:is(${selector}):not([aria-disabled=true])`).first().waitFor();
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${selector}: nothing to tap`);
  const before = await page.evaluate(() => (window as unknown as TapWindow).taps.painted.length);
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction((count) => (window as unknown as TapWindow).taps.painted.length > count, before);
}

type TapWindow = { taps: { painted: number[]; answered: number[] } };

/** Runs in the page: notes for every tap when the frame after its click, and the frame after the page's change of language, were painted. */
function watchTaps(): void {
  const { taps } = Object.assign(window as unknown as TapWindow, {
    taps: { painted: [], answered: [] } as TapWindow["taps"],
  });
  let released = 0;
  const noteFrame = (figures: number[]) => {
    const since = released;
    // A message posted from a frame callback is handled after that frame's style, layout and paint.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => figures.push(performance.now() - since);
      port2.postMessage(undefined);
    });
  };
  const onRelease = (event: Event) => {
    released = event.timeStamp;
  };
  addEventListener("pointerup", onRelease, { capture: true });
  addEventListener("click", () => noteFrame(taps.painted));
  const language = new MutationObserver(() => noteFrame(taps.answered));
  language.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
}

function clearTaps(): void {
  const { taps } = window as unknown as TapWindow;
  taps.painted.length = 0;
  taps.answered.length = 0;
}

function takeTaps(): TapWindow["taps"] {
  return (window as unknown as TapWindow).taps;
}

function summary(values: readonly number[]): { p50: number; p95: number; taps: number } {
  return { p50: round(percentile(values, 0.5)), p95: round(percentile(values, 0.95)), taps: values.length };
}

/** Megabytes (2^20 bytes). */
function residentMemory(pid: number | undefined): number {
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
}
