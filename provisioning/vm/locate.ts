import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { WebSocketServer } from "ws";

export type Point = { readonly x: number; readonly y: number };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};
const PATIENCE = 30_000;

/** Runs in the page: both pictures on a coarse grid, so that fonts and a clock do not matter, and what stands where does. */
const COMPARE = `async ([one, other]) => {
  const grid = async (base64) => {
    const image = new Image();
    image.src = "data:image/png;base64," + base64;
    await image.decode();
    const canvas = new OffscreenCanvas(54, 96).getContext("2d");
    canvas.drawImage(image, 0, 0, 54, 96);
    return canvas.getImageData(0, 0, 54, 96).data;
  };
  const [a, b] = [await grid(one), await grid(other)];
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at] - b[at]);
  return sum / a.length / 255;
}`;

/** Runs in the page: how many colours, coarsely told, a picture has. */
const COLOURS = `async (base64) => {
  const image = new Image();
  image.src = "data:image/png;base64," + base64;
  await image.decode();
  const canvas = new OffscreenCanvas(54, 96).getContext("2d");
  canvas.drawImage(image, 0, 0, 54, 96);
  const { data } = canvas.getImageData(0, 0, 54, 96);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) seen.add((data[at] >> 4) + "," + (data[at + 1] >> 4) + "," + (data[at + 2] >> 4));
  return seen.size;
}`;

/**
 * Tells where on the kiosk's screen a button stands, without touching the kiosk: the same user interface is drawn here, at the same
 * size, from the same view that the kiosk shows.
 */
export class Locator {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #show: (message: string) => void;
  readonly #close: () => Promise<void>;

  private constructor(browser: Browser, page: Page, show: (message: string) => void, close: () => Promise<void>) {
    this.#browser = browser;
    this.#page = page;
    this.#show = show;
    this.#close = close;
  }

  /** @param ui folder of the built user interface. @param screen pixels. */
  static async open(ui: string, screen: { readonly width: number; readonly height: number }): Promise<Locator> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
      const file = join(ui, normalize(path === "/" ? "/index.html" : path));
      readFile(file).then(
        (content) =>
          response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content),
        () => response.writeHead(404).end(),
      );
    });
    const sockets = new WebSocketServer({ server, path: "/view" });
    let last: string | undefined;
    sockets.on("connection", (socket) => {
      if (last !== undefined) socket.send(last);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    });
    const page = await browser.newPage({ viewport: screen });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const show = (message: string) => {
      last = message;
      for (const socket of sockets.clients) socket.send(message);
    };
    return new Locator(browser, page, show, async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  /**
   * The middle of the first button that does `intent` in the view that `message` carries.
   *
   * @param message a view message of the runtime, as it came. @param version the view's. @param label what stands on the button.
   * @throws Error when no such button is drawn.
   */
  async find(message: string, version: number, intent: string, label?: RegExp): Promise<Point> {
    this.#show(message);
    await this.#page.locator(`[data-view="${version}"]`).waitFor({ timeout: PATIENCE });
    const buttons = this.#page.locator(`button[data-intent="${intent}"]:not([aria-disabled="true"])`);
    const button = label === undefined ? buttons.first() : buttons.filter({ hasText: label }).first();
    await button.waitFor({ timeout: PATIENCE });
    await button.scrollIntoViewIfNeeded();
    // An entrance may still move it.
    await this.#page.evaluate("Promise.allSettled(document.getAnimations().map((animation) => animation.finished))");
    const box = await button.boundingBox();
    if (box === null) throw new Error(`${intent} is not drawn`);
    return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  }

  /**
   * How far a photograph of the kiosk's screen is from what the view should look like: mean difference of brightness, 0 same to 1.
   *
   * @param photograph PNG.
   */
  async difference(message: string, version: number, photograph: Uint8Array): Promise<number> {
    this.#show(message);
    await this.#page.locator(`[data-view="${version}"]`).waitFor({ timeout: PATIENCE });
    const drawn = await this.#page.screenshot({ animations: "disabled" });
    const desk = await this.#browser.newPage();
    try {
      const images = [drawn, photograph].map((png) => Buffer.from(png).toString("base64"));
      return await desk.evaluate<number>(`(${COMPARE})(${JSON.stringify(images)})`);
    } finally {
      await desk.close();
    }
  }

  /** Whether a photograph shows next to nothing: one colour, as before a page is painted. @param photograph PNG. */
  async isBlank(photograph: Uint8Array): Promise<boolean> {
    const desk = await this.#browser.newPage();
    try {
      const image = Buffer.from(photograph).toString("base64");
      return (await desk.evaluate<number>(`(${COLOURS})(${JSON.stringify(image)})`)) < 4;
    } finally {
      await desk.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#close();
  }
}
