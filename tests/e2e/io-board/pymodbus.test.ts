import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ioBoardContract } from "../../../drivers/io-board/contract.suite.ts";
import { ModbusIoBoard } from "../../../drivers/io-board/modbus/driver.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import { SIMULATED_WIRING } from "../../../simulators/io-board/wiring.ts";
import { type PymodbusBoard, pymodbusMissing, startPymodbusBoard } from "../../support/pymodbus.ts";
import { driver, endAll } from "../driver-cli/rig.ts";

const missing = pymodbusMissing();

describe.runIf(missing === undefined)("a Modbus board of another make", () => {
  describe("contract", () => {
    ioBoardContract({ model: "modbus", transport: "pymodbus" }, async () => {
      const peer = await startPymodbusBoard();
      return {
        board: new ModbusIoBoard({
          ...{ id: "io-board", wiring: SIMULATED_WIRING, clock: systemClock, random: () => 0.5, log: silentLogger },
          open: serialChannel({ path: peer.path, baudRate: 9_600 }, systemClock),
        }),
        input: (terminal, closed) => peer.input(terminal, closed),
        coils: () => peer.coils(),
        switchByHand: (coil, on) => peer.coil(coil, on),
        unplug: () => peer.unplug(),
        plug: () => peer.plug(),
        end: () => peer.stop(),
      };
    });
  });

  let peer: PymodbusBoard | undefined;
  afterEach(async () => {
    endAll();
    await peer?.stop();
  });

  test("the command line tells the inputs and switches a relay", async () => {
    peer = await startPymodbusBoard();
    await peer.input(0, true);
    const wiring = join(mkdtempSync(join(tmpdir(), "wiring-")), "wiring.json");
    writeFileSync(wiring, JSON.stringify(SIMULATED_WIRING));
    const common = ["--port", peer.path, "--wiring", wiring];
    expect(await driver(["io-board", "status", ...common]).ended).toMatchObject({
      status: 0,
      outcome: { outcome: "ok", result: { inputs: { "service-door": "closed", person: "not-present" } } },
    });
    expect(await driver(["io-board", "relay", ...common, "--name", "door-lock", "--state", "on"]).ended).toMatchObject({
      status: 0,
      outcome: { outcome: "ok", result: { relays: { "modem-power": true, "door-lock": true } } },
    });
    expect((await peer.coils()).slice(0, 5)).toEqual([false, false, false, true, true]);
    expect(await driver(["io-board", "relay", ...common, "--name", "siren", "--state", "on"]).ended).toMatchObject({
      ...{ status: 1, outcome: { outcome: "error", error: { code: "io-board.no-such-output" } } },
    });
  });
});

if (missing !== undefined)
  test(`the Modbus board's tests are not run: ${missing}`, () => {
    process.stderr.write(`tests/e2e/io-board skipped: ${missing}\n`);
    expect(missing).toContain("python3-pymodbus");
  });
