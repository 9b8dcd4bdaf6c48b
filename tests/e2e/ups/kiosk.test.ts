import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { freePort } from "../../support/free-port.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { NUT_UPS, type Nut, nutMissing, startNut } from "../../support/nut.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, paysWithCard, takesCard, toReview, toTerminal } from "../journeys/walk.ts";

const missing = nutMissing();

/** NUT's daemon and our own look at it every second or two. */
const HEARD = 30_000;
const BONO = "fonasa/bono-atencion";

describe.runIf(missing === undefined)("a kiosk on a UPS, through Debian's own daemon", () => {
  let stack: KioskStack;
  let nut: Nut;

  /** Puts `ups` into the kiosk's configuration in place of any other, and starts the runtime with it. */
  async function withUps(port: string): Promise<void> {
    const file = join(stack.directory, "kiosk.yaml");
    const config = parse(readFileSync(file, "utf8"));
    const others = config.devices.filter(({ kind }: { kind: string }) => kind !== "ups");
    const devices = [...others, { id: "nut", kind: "ups", model: "nut", port }];
    writeFileSync(file, stringify({ ...config, devices }));
    await stack.powerCut();
  }

  const advised = async () => ((await stack.health()) as unknown as { power: string }).power;
  const isAdvised = (advice: string) => until(`advice ${advice}`, async () => (await advised()) === advice, HEARD);
  const offered = async (service: string): Promise<boolean> => {
    const { services } = await stack.kiosk.sees("services");
    return services.find(({ id }) => id === service)?.unavailable === undefined;
  };

  beforeAll(async () => {
    const port = await freePort();
    nut = await startNut(mkdtempSync(join(tmpdir(), "nut-")), port);
    nut.say({ "ups.status": "OL", "battery.charge": "100", "battery.runtime": "1800" });
    stack = await KioskStack.start();
    await withUps(`${NUT_UPS}@127.0.0.1:${port}`);
    await stack.serves("fonasa");
  });
  afterAll(async () => {
    await stack?.stop();
    await nut?.stop();
  });

  test("the mains fails during a sale: it ends with its papers, and the next one is not begun until the mains is back", async () => {
    await toTerminal(stack);
    nut.say({ "ups.status": "OB DISCHRG", "battery.charge": "90", "battery.runtime": "1500" });
    await isAdvised("finish");
    await paysWithCard(stack);
    expect(await stack.takesPapers(2)).toHaveLength(2);
    await finishes(stack);
    await takesCard(stack);
    await leaves(stack);
    expect((await stack.settled()).journey.result).toBe("delivered");

    await stack.kiosk.does({ type: "START" });
    expect(await offered(BONO)).toBe(false);
    expect(await offered("srcei/certificado-nacimiento")).toBe(true);
    nut.say({ "ups.status": "OL CHRG", "battery.charge": "90", "battery.runtime": "1500" });
    await until("the bono offered", () => offered(BONO), HEARD);
    await stack.kiosk.does({ type: "LEAVE" });
    await stack.kiosk.sees("attract");
  });

  test("who stands before the payment when the mains fails is told that nothing was charged", async () => {
    await toReview(stack);
    nut.say({ "ups.status": "OB", "battery.charge": "80", "battery.runtime": "1400" });
    await isAdvised("finish");
    await stack.kiosk.does({ type: "CONFIRM" });
    await stack.kiosk.sees("problem");
    expect(stack.lastJourney().effects.filter(({ kind }) => kind === "charge")).toEqual([]);
    await stack.kiosk.does({ type: "FINISH" });
    await leaves(stack);
    nut.say({ "ups.status": "OL", "battery.charge": "80", "battery.runtime": "1400" });
    await isAdvised("serve");
  });

  test("a daemon that goes away on battery switches nothing off", async () => {
    nut.say({ "ups.status": "OB", "battery.charge": "70", "battery.runtime": "1300" });
    await isAdvised("finish");
    await nut.killDaemon();
    await until("not answering", async () =>
      (await stack.health()).devices.some(({ conditions }) => conditions.some(({ code }) => code === "not-answering")),
    );
    expect(await advised()).toBe("finish");
    await nut.startDaemon();
    nut.say({ "ups.status": "OL", "battery.charge": "70", "battery.runtime": "1300" });
    await isAdvised("serve");
    expect(stack.demo.parts.runtime.pid).toBeDefined();
  });

  test("a battery that ends stops the runtime in good order", async () => {
    nut.say({ "ups.status": "OB LB", "battery.charge": "9", "battery.runtime": "60" });
    await until("the runtime's end", () => stack.demo.parts.runtime.pid === undefined, HEARD);
    const stopped = stack.logs.flatMap((line) => (line.includes('"process.stopped"') ? [JSON.parse(line)] : []));
    expect(stopped.at(-1)).toMatchObject({ event: "process.stopped", fields: { part: "runtime", reason: "power" } });
  });
});

if (missing !== undefined)
  test(`a kiosk on a UPS is not tried: ${missing}`, () => {
    process.stderr.write(`tests/e2e/ups/kiosk.test.ts skipped: ${missing}\n`);
    expect(missing).toContain("nut-server");
  });
