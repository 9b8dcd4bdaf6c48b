import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { kernelOrReason } from "../support/vm/requirements.ts";
import { BACK_WITHIN, contractTable, ends, failedService, lateReturns, leaks, times, wrongOutcomes } from "./judge.ts";
import { type Evidence, runLab } from "./lab.ts";

const CYCLES = 30;
const LAB_WITHIN = 1_200_000;
const SEED = Number(process.env.USB_LAB_SEED ?? Date.now() % 1_000_000);

describe(`real USB in an emulated PC, seed ${SEED}`, () => {
  let reason: string | undefined;
  let evidence: Evidence;

  beforeAll(async () => {
    const kernel = kernelOrReason();
    if (typeof kernel === "string") {
      reason = kernel;
      return;
    }
    evidence = await runLab(kernel, { seed: SEED, cycles: CYCLES, contracts: true, name: "test" });
    process.stdout.write(
      `USB lab: seed ${SEED}, ${evidence.seconds} s; back in service, ms: ${JSON.stringify(times(evidence))}, ${lateReturns(evidence)} of ${evidence.cycles.length} after more than ${BACK_WITHIN}; ` +
        `ends of what lost its cable: ${JSON.stringify(ends(evidence))}\n`,
    );
  }, LAB_WITHIN);

  beforeEach((context) => {
    if (reason !== undefined) context.skip(reason);
  });

  test("the guest boots Debian's stock kernel, and each simulated device is enumerated as what it is", () => {
    expect(evidence.booted?.release).toMatch(/^\d+\.\d+\..*-amd64$/);
    expect(evidence.first.map(({ kind, node }) => [kind, node.replace(/\d+$/, "")])).toEqual([
      ["terminal", "/dev/ttyACM"],
      ["scanner", "/dev/ttyACM"],
      ["hid-scanner", "/dev/hidraw"],
      ["printer", "/dev/usb/lp"],
      ["keypad", "/dev/hidraw"],
    ]);
  });

  test("the contract suites of all kinds that are on USB pass there", ({ task }) => {
    task.meta.lab = { kernel: evidence.booted?.release ?? "", rows: contractTable(evidence).rows };
    expect(evidence.contracts.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(contractTable(evidence).rows.map(({ model, transport }) => `${model} on ${transport}`)).toEqual([
      "pcsc on usb-ccid-pcscd",
      "hid-pos on usb-hidraw",
      "serial-scanner on usb-cdc-acm",
      "simulated on usb-hidraw",
      "transbank-autoservicio on usb-cdc-acm",
      "transbank-integrado on usb-cdc-acm",
      "zvt-serial on usb-cdc-acm",
      "epson-tm on usb-usblp",
    ]);
  });

  test("documents are read through QEMU's reader, libccid and pcscd, with PACE and with BAC, and proved", () => {
    const [pace, bac, , , again] = evidence.chip?.reads ?? [];
    const proved = ["hashes", "signature", "chain", "validity", "chipAuthentication", "activeAuthentication"];
    const whole = { outcome: "ok", right: true, proofs: proved.map((part) => `${part} proved`) };
    expect(pace).toMatchObject({ ...whole, access: "pace", groups: expect.arrayContaining(["DG1", "DG2", "DG11"]) });
    expect(bac).toMatchObject({ ...whole, access: "bac" });
    expect(again).toMatchObject({ ...whole, access: "pace" });
  });

  test("a card pulled in the middle is told; so is a reader pulled in the middle, and it comes back into service", () => {
    const [, , card, reader] = evidence.chip?.reads ?? [];
    expect(card).toMatchObject({ outcome: "error", code: "chip-card.removed" });
    expect(reader).toMatchObject({ outcome: "error", code: expect.stringMatching(/^link\.|^chip-card\.removed$/) });
    expect(evidence.chip?.absent).toEqual(["not-answering"]);
  });

  test("the keys F13 to F24 of a keypad arrive one by one, as reports and as keys", () => {
    expect(evidence.keypad?.keys).toEqual([183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194]);
    const down = evidence.keypad?.reports.filter((report) => report !== `01${"0".repeat(16)}`);
    expect(down).toEqual(Array.from({ length: 12 }, (_, key) => `010000${(0x68 + key).toString(16)}0000000000`));
  });

  test("nothing hangs: every cycle ends, and so does the guest", () => {
    expect(evidence.failure).toBeUndefined();
    expect(evidence.cycles).toHaveLength(CYCLES);
    expect(evidence.ended).toBe(true);
  });

  test("a sale, a scan, a ticket end well on real USB, at first and after every replug", () => {
    expect(evidence.first).toHaveLength(5);
    expect(failedService(evidence)).toEqual([]);
  });

  test("whenever the cable is pulled, the outcome is what the device's own record says", () => {
    expect(evidence.cycles.filter(({ mid }) => mid).length).toBeGreaterThan(CYCLES / 5);
    expect(wrongOutcomes(evidence)).toEqual([]);
  });

  test("open files, handles and memory do not grow with the number of replugs", () => {
    expect(evidence.footprints.length).toBeGreaterThanOrEqual(5);
    expect(leaks(evidence)).toEqual([]);
  });

  test("a sale over an adapter that QEMU emulates is right, its cable pulled or not", () => {
    expect(evidence.adapter.map(({ ticket }) => ticket)).toEqual(["Q1", "Q2", "Q3", "Q4"]);
    const charged = (index: number) => evidence.adapter[index]?.charged;
    expect([evidence.adapter[0]?.outcome, evidence.adapter[3]?.outcome, charged(0), charged(3)]).toEqual([
      "ok",
      "ok",
      1,
      1,
    ]);
    expect(wrongOutcomes(evidence).filter((line) => line.startsWith("adapter"))).toEqual([]);
  });
});
