import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { tcpChannel } from "../../../drivers/transport/tcp.ts";
import { upsContract } from "../../../drivers/ups/contract.suite.ts";
import { NutUps } from "../../../drivers/ups/driver.ts";
import { freePort } from "../../support/free-port.ts";
import { NUT_UPS, type Nut, nutMissing, startNut } from "../../support/nut.ts";
import { driver, endAll } from "../driver-cli/rig.ts";

const missing = nutMissing();
const place = () => mkdtempSync(join(tmpdir(), "nut-"));

function makeUps(port: number, ups = NUT_UPS): NutUps {
  return new NutUps({
    ...{ id: "ups", ups, clock: systemClock, random: () => 0.5, log: silentLogger, pollEvery: 100 },
    open: tcpChannel({ host: "127.0.0.1", port }, systemClock),
  });
}

describe.runIf(missing === undefined)("Debian's own UPS daemon with a UPS that is a file", () => {
  describe("contract", () => {
    upsContract(
      { model: "nut", transport: "nut" },
      async () => {
        const port = await freePort();
        const nut = await startNut(place(), port);
        return {
          ups: makeUps(port),
          say: async (words, charge, runtime) =>
            nut.say({ "ups.status": words, "battery.charge": `${charge}`, "battery.runtime": `${runtime}` }),
          pullCable: async () => nut.freezeDriver(),
          putCable: async () => nut.thawDriver(),
          stopDaemon: () => nut.killDaemon(),
          startDaemon: () => nut.startDaemon(),
          end: () => nut.stop(),
        };
      },
      30_000,
    );
  });

  let nut: Nut | undefined;
  afterEach(async () => {
    endAll();
    await nut?.stop();
  });

  test("a driver that dies and one that hangs are told apart, and both come back", async () => {
    const port = await freePort();
    nut = await startNut(place(), port);
    const ups = makeUps(port);
    const conditions = () => ups.status.value.conditions.map(({ code }) => code);
    ups.start();
    await expect.poll(() => ups.power.value.source, { timeout: 20_000 }).toBe("mains");
    nut.freezeDriver();
    await expect.poll(conditions, { timeout: 30_000 }).toEqual(["data-stale"]);
    nut.thawDriver();
    await expect.poll(conditions, { timeout: 30_000 }).toEqual([]);
    await nut.killDriver();
    await expect.poll(conditions, { timeout: 30_000 }).toEqual(["driver-not-connected"]);
    await nut.startDriver();
    await expect.poll(conditions, { timeout: 60_000 }).toEqual([]);
    await ups.stop();
  });

  test("words with quotes and backslashes are read as the daemon wrote them", async () => {
    const port = await freePort();
    nut = await startNut(place(), port);
    nut.say({ "ups.status": "OL", "device.mfr": "A&B", "device.model": 'Tower \\"1500\\" \\\\G' });
    const ups = makeUps(port);
    ups.start();
    await expect
      .poll(() => ups.capabilities, { timeout: 20_000 })
      .toEqual({ maker: "A&B", product: 'Tower "1500" \\G' });
    await ups.stop();
  });

  test("a name that the daemon does not know is refused", async () => {
    const port = await freePort();
    nut = await startNut(place(), port);
    const ups = makeUps(port, "nobody");
    ups.start();
    expect(await ups.refresh()).toMatchObject({ outcome: "error", error: { code: "ups.unknown" } });
    await ups.stop();
  });

  test("the command line asks once, and watches a power cut", async () => {
    const port = await freePort();
    nut = await startNut(place(), port);
    nut.say({ "ups.status": "OL", "battery.charge": "77" });
    const address = `${NUT_UPS}@127.0.0.1:${port}`;
    await expect
      .poll(async () => (await driver(["ups", "status", "--port", address]).ended).outcome, { timeout: 60_000 })
      .toMatchObject({ outcome: "ok", result: { source: "mains", charge: 77, advice: "serve", takePayments: true } });
    const watching = driver(["ups", "watch", "--port", address, "--timeout", "12"]);
    await expect.poll(() => watching.connected(), { timeout: 15_000 }).toBe(true);
    nut.say({ "ups.status": "OB LB", "battery.charge": "5" });
    const { status, lines, outcome } = await watching.ended;
    expect(status).toBe(0);
    const sources = lines.flatMap(({ event }) => (event as { source?: string } | undefined)?.source ?? []);
    expect(sources).toContain("battery");
    expect(outcome).toMatchObject({
      outcome: "ok",
      result: { source: "battery", low: true, advice: "stop", stop: true },
    });
  });

  test("the command line says what is wrong with an address, and that nobody answers at one", async () => {
    const port = await freePort();
    expect(await driver(["ups", "status", "--port", "127.0.0.1:3493"]).ended).toMatchObject({ status: 64 });
    expect(await driver(["ups", "status", "--port", `kiosk@127.0.0.1:${port}`]).ended).toMatchObject({
      status: 1,
      outcome: { outcome: "error", error: { code: "link.absent" }, result: { source: "unknown" } },
    });
  });
});

if (missing !== undefined)
  test(`the UPS daemon's tests are not run: ${missing}`, () => {
    process.stderr.write(`tests/e2e/ups skipped: ${missing}\n`);
    expect(missing).toContain("nut-server");
  });
