import { readFileSync } from "node:fs";
import { silentLogger } from "../../../base/log.ts";
import type { Options } from "../options.ts";
import { ChipCards, readChipCards } from "./chip-cards.ts";
import { runContracts } from "./contracts/all.ts";
import { cycle, serving } from "./cycles.ts";
import { sellOverAdapter } from "./emulated.ts";
import { footprint } from "./footprint.ts";
import { pressKeys } from "./keypad.ts";
import { keypadStation } from "./keypad-station.ts";
import { DeviceNames } from "./names.ts";
import { startPcscd } from "./pcscd.ts";
import { printerStation } from "./printer-station.ts";
import { seeded } from "./random.ts";
import { openReport } from "./report.ts";
import { hidScannerStation, serialScannerStation } from "./scanner-station.ts";
import { terminalStation } from "./terminal-station.ts";

/** The program inside the guest: simulators on the gadget side of the cable, real drivers on its host side. */
const STATIONS = {
  terminal: terminalStation,
  scanner: serialScannerStation,
  "hid-scanner": hidScannerStation,
  printer: printerStation,
  keypad: keypadStation,
};
const MEASURED_EVERY = 5;

const options: Options = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const say = openReport();
process.on("uncaughtException", (error) => {
  say({ type: "failure", message: error.stack ?? error.message });
  process.exit(1);
});

const [, , release = ""] = readFileSync("/proc/version", "utf8").split(" ");
const modules = readFileSync("/proc/modules", "utf8")
  .split("\n")
  .map((line) => line.split(" ")[0])
  .filter((name) => name !== "");
const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
say({ type: "booted", release, modules, uptime, node: process.version });

const names = new DeviceNames();

/** The chip card reader's part, and the contract suites, on devices of their own. */
async function tryContracts(): Promise<void> {
  const services = await startPcscd();
  const cards = await ChipCards.open();
  say({ type: "chip", ...(await readChipCards(cards)) });
  if (options.contracts) await runContracts(cards, (result) => say({ type: "contract", ...result }));
  await cards.close();
  await services.stop();
}
say({ type: "keypad", ...(await pressKeys(names)) });
if (options.only === undefined || options.only === "chip") await tryContracts();
const jitter = seeded(options.seed);
const stations = Object.entries(STATIONS)
  .filter(([kind]) => options.only === undefined || kind === options.only)
  .map(([kind, make], index) => {
    const random = seeded(options.seed + 1 + index);
    return { kind, random, station: make({ random, jitter, log: silentLogger }) };
  });
for (const { kind, station } of stations) {
  await serving(kind, station);
  const node = names.node(station.name.split("/").at(-1) ?? "");
  say({ type: "first", kind, node, verdict: await station.transact(0) });
}

/** All devices at once, each in its own time and with its own share of the cycles. */
let ended = 0;
const shares = stations.map(async ({ kind, station, random }, index) => {
  for (let number = 1; (number - 1) * stations.length + index < options.cycles; number++) {
    say({ type: "cycle", ...(await cycle(number, kind, station, { names, random })) });
    if (++ended % MEASURED_EVERY === 0) say({ type: "footprint", cycles: ended, ...(await footprint()) });
  }
});
await Promise.all(shares);
say({ type: "adapter", node: names.node("adapter"), sales: await sellOverAdapter(jitter) });

for (const { station } of stations) await station.stop();
names.close();
say({ type: "end", ...(await footprint()) });
process.exit(0);
