import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Browser } from "playwright-core";
import { type RuntimeStatus, runtimeStatusSchema } from "../../base/contracts/runtime-control.ts";
import { buildConsole } from "../../scripts/build-console.ts";
import { type FleetDemo, type FleetDemoOptions, startFleetDemo } from "../../scripts/demo/fleet-demo.ts";
import type { KioskBox } from "../../scripts/demo/kiosk-box.ts";
import { StaffClient } from "../../scripts/demo/staff-client.ts";
import { launchChromium, PORTRAIT } from "../e2e/ui/browser.ts";
import { Citizen } from "./citizen.ts";
import { FleetConsole } from "./fleet-console.ts";
import { freePort } from "./free-port.ts";
import { Operator } from "./operator.ts";

/** The whole demonstration, each part its own process, and a browser in front of it: what `npm start` brings up. */
export class FleetWorld {
  readonly demo: FleetDemo;
  readonly browser: Browser;
  readonly operator: Operator;
  /** An administrator at the API, for what a test arranges or looks up beside the page. */
  readonly staff: StaffClient;
  readonly #directory: string;

  private constructor(demo: FleetDemo, browser: Browser, staff: StaffClient, directory: string) {
    this.demo = demo;
    this.browser = browser;
    this.staff = staff;
    this.operator = new Operator(demo.simulators);
    this.#directory = directory;
  }

  static async start(overrides: Partial<FleetDemoOptions> = {}): Promise<FleetWorld> {
    const directory = mkdtempSync(join(tmpdir(), "fleet-"));
    const log = join(directory, "demo.log");
    writeFileSync(log, "");
    await buildConsole();
    // Ports that stay the same: fleet server and runtime start again while others look for them there.
    const [kiosk = 0, console = 0, fleetDevices = 0] = await Promise.all([freePort(), freePort(), freePort()]);
    try {
      const demo = await startFleetDemo({
        directory,
        ports: { kiosk, console, fleetDevices, gateway: 0, simulators: 0 },
        window: false,
        log: (part, line) => appendFileSync(log, `${part} ${line}\n`),
        onReady: () => {},
        onCrash: (part, code) => appendFileSync(log, `${part.name} ended with ${code}\n`),
        ...overrides,
      });
      return new FleetWorld(demo, await launchChromium(), await StaffClient.signIn(demo.console), directory);
    } catch (error) {
      const said = readFileSync(log, "utf8").split("\n").slice(-20).join("\n");
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${said}`);
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.demo.stop();
    if (process.env.KEEP_FLEET === undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  get directory(): string {
    return this.#directory;
  }

  kiosk(id: string): KioskBox {
    const found = this.demo.kiosks.find((kiosk) => kiosk.id === id);
    if (found === undefined) throw new Error(`there is no kiosk ${id}`);
    return found;
  }

  /** A member of staff of the demonstration, signed in on the console's own page. */
  console(account: string): Promise<FleetConsole> {
    return FleetConsole.signIn(this.browser, this.demo.console, account);
  }

  /** Somebody in front of the screen of the first kiosk. */
  async citizen(): Promise<Citizen> {
    const [first] = this.demo.kiosks;
    const viewport = { width: PORTRAIT.width, height: PORTRAIT.height };
    const page = await this.browser.newPage({ viewport, hasTouch: true });
    await page.goto(first?.address ?? "");
    return new Citizen(page);
  }

  /** What the runtime of a kiosk says of itself, asked on its own socket. */
  async runtime(id: string): Promise<RuntimeStatus> {
    return runtimeStatusSchema.parse(await this.control(id, "/v1/status"));
  }

  /** Asks the runtime of a kiosk on its control socket. */
  control(id: string, path: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const socketPath = join(this.kiosk(id).directory, "control.sock");
    request({ socketPath, path, timeout: 5_000 }, (answer) => {
      text(answer).then((body) => resolve(JSON.parse(body)), reject);
    })
      .on("error", reject)
      .end();
    return promise;
  }
}
