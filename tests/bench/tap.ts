import type { Page } from "playwright-core";
import type { SessionView } from "../../base/contracts/view.ts";
import { buildUi } from "../../scripts/build-ui.ts";
import { drawn, launchChromium, openPage, PORTRAIT } from "../e2e/ui/browser.ts";
import { gallery } from "../e2e/ui/gallery.ts";
import { startUiServer, type UiServer } from "../e2e/ui/ui-server.ts";

/** Milliseconds from tap to paint that the design allows at the 95th percentile. */
const LIMIT = 50;

/** Milliseconds between two states of a payment or a print: faster than any terminal or printer reports. */
const UPDATE_EVERY = 40;

const KEYPAD_TAPS = 160;
const CARD_TAPS = 80;

export type TapFigures = {
  readonly bench: "tap";
  readonly p50: number;
  readonly p95: number;
  readonly limit: number;
  /** `p95` as a share of the limit: 1 or less is good. */
  readonly ratio: number;
  readonly taps: number;
  /** States that the runtime published while the taps were measured. */
  readonly updates: number;
  /** The same taps by the browser's Event Timing (`duration`, in steps of 8 ms), as a cross-check. */
  readonly eventTimingP95: number;
};

/**
 * Time from a finger's release on the RUN keypad and on option cards to the frame that shows it, while the runtime
 * publishes new states all the time as it does during a payment and a print. Debian's Chromium, software rendering, 1080×1920.
 */
export async function run(): Promise<TapFigures> {
  await buildUi();
  const server = await startUiServer();
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser, server.url, PORTRAIT);
    await page.evaluate(watchTaps);
    const stream = { updates: 0 };
    const keys = await tapWhileUpdating(page, server, stream, "ask-run", KEYPAD_TAPS, async (tap) => {
      const key = tap % 8 === 7 ? "Borrar" : String(tap % 10);
      return page.getByRole("button", { name: key, exact: true });
    });
    const cards = await tapWhileUpdating(page, server, stream, "choose", CARD_TAPS, async (tap) =>
      page.locator(".option-card").nth(tap % 3),
    );
    const taps = [...keys, ...cards].sort((a, b) => a - b);
    const events: number[] = await page.evaluate(() => (window as unknown as { tapEvents: number[] }).tapEvents);
    const p95 = percentile(taps, 0.95);
    return {
      bench: "tap",
      p50: percentile(taps, 0.5),
      p95,
      limit: LIMIT,
      ratio: round(p95 / LIMIT),
      taps: taps.length,
      updates: stream.updates,
      eventTimingP95: percentile(
        events.sort((a, b) => a - b),
        0.95,
      ),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function tapWhileUpdating(
  page: Page,
  server: UiServer,
  stream: { updates: number },
  name: string,
  count: number,
  target: (tap: number) => Promise<import("playwright-core").Locator>,
): Promise<number[]> {
  const view = gallery("es").find((exhibit) => exhibit.name === name)?.view;
  if (view === undefined) throw new Error(`no exhibit ${name}`);
  let version = server.publish(view, PORTRAIT.millimetres);
  await drawn(page, version);
  await page.evaluate(() => {
    (window as unknown as { taps: number[] }).taps = [];
  });
  const timer = setInterval(() => {
    stream.updates += 1;
    version = server.publish(withTicker(view, stream.updates), PORTRAIT.millimetres);
  }, UPDATE_EVERY);
  try {
    for (let tap = 0; tap < count; tap++) {
      const box = await (await target(tap)).boundingBox();
      if (box === null) throw new Error(`${name}: nothing to tap`);
      await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForFunction((taps) => (window as unknown as { taps: number[] }).taps.length > taps, tap);
    }
    return await page.evaluate(() => (window as unknown as { taps: number[] }).taps);
  } finally {
    clearInterval(timer);
  }
}

/** The same page with a line that changes: what a prompt or a progress report does to the screen. */
function withTicker(view: SessionView, tick: number): SessionView {
  return { ...view, service: { id: "bench.ticker", text: `Imprimiendo, ${tick % 100} %` } };
}

/** Runs in the page: for every tap the time from the `pointerup` that ends it to just after the frame that follows its click. */
function watchTaps(): void {
  const store = window as unknown as { taps: number[]; tapEvents: number[] };
  store.taps = [];
  store.tapEvents = [];
  let released = 0;
  addEventListener(
    "pointerup",
    (event) => {
      released = event.timeStamp;
    },
    { capture: true },
  );
  addEventListener("click", () => {
    // A message posted from a frame callback is handled after that frame's style, layout and paint.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => store.taps.push(performance.now() - released);
      port2.postMessage(undefined);
    });
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name === "click" || entry.name === "pointerup") store.tapEvents.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
}

function percentile(sorted: readonly number[], share: number): number {
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (import.meta.main) console.log(JSON.stringify(await run()));
