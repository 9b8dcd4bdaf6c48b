import { describe, expect, test } from "vitest";
import type { Intent } from "../../../base/contracts/view.ts";
import { done, failed, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { CEDULA, CHIP } from "../../testing/people.ts";
import { HANG } from "../../testing/scripted-ports.ts";

const STEPS = (chip: string) => `
- { id: start, kind: inform }
- { id: identify, kind: identify, chip: ${chip} }
- { id: consent, kind: consent }
- { id: done, kind: finish }
`;
const SERVICES = {
  offered: [miniService(STEPS("offered"), ["code-reader"])],
  required: [miniService(STEPS("required"), ["code-reader", "chip-card-reader"])],
} as const;
type Chip = keyof typeof SERVICES;
const BOTH: readonly Chip[] = ["offered", "required"];

const error = (code: Parameters<typeof coded>[0]) => failed(coded(code, "test"));
const READING = [{ step: "waiting" }, { step: "connected" }] as const;

/** A kiosk on which a cédula was scanned; `reads` are what becomes of each tap. */
async function scanned(chip: Chip, ...reads: unknown[]): Promise<TestKiosk> {
  const kiosk = new TestKiosk(SERVICES[chip]);
  kiosk.ports.script("scan", done(CEDULA), HANG).script("read-chip", ...reads);
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  return kiosk;
}

/** How the person counts as identified once the consent is recorded. */
async function identifiedBy(kiosk: TestKiosk): Promise<unknown> {
  expect(kiosk.screen).toBe("consent");
  await kiosk.act("ACCEPT");
  return (kiosk.ports.detail("consent.record") as { input: { identifiedBy: string } }).input.identifiedBy;
}

describe.each(BOTH)("with the chip %s, a card on the reader", (chip) => {
  test("that is the scanned one and genuine identifies without typing", async () => {
    const kiosk = await scanned(chip, done(CHIP));
    expect(kiosk.ports.detail("read-chip")).toEqual({
      kind: "mrz",
      documentNumber: CEDULA.documentNumber,
      birthDate: CEDULA.birthDate,
      expiryDate: CEDULA.expiryDate,
    });
    expect(await identifiedBy(kiosk)).toBe("cedula-chip");
  });

  test.each([
    ["does not open with the scanned key", error("chip-card.key-refused")],
    ["has another document number", done({ ...CHIP, documentNumber: "999999999" })],
    ["has another birth date", done({ ...CHIP, birthDate: "1990-01-01" })],
    ["says another RUN than the code", done({ ...CHIP, runs: ["11111111-1"] })],
  ])("that %s is refused, and the same card goes on", async (_name, read) => {
    const kiosk = await scanned(chip, read, done(CHIP));
    expect(kiosk.screen).toBe("problem common/identify.other-card-title");
    await kiosk.act("RETRY");
    expect(await identifiedBy(kiosk)).toBe("cedula-chip");
  });

  test("that was not scanned leads back to the scanner on a touch", async () => {
    const kiosk = await scanned(chip, error("chip-card.key-refused"));
    await kiosk.act("CONTINUE");
    expect(kiosk.screen).toBe("identify");
  });

  test("that is expired by its chip is told as by its code", async () => {
    const kiosk = await scanned(chip, done({ ...CHIP, expired: true }));
    expect(kiosk.view.screen).toMatchObject({ kind: "identify", problem: { id: "common/identify.expired" } });
  });

  test.each([
    ["chip-card.removed", "moved"],
    ["chip-card.transmission", "moved"],
    ["chip-card.mute", "mute"],
  ] as const)("that fails with %s is asked for again, three times in all", async (code, problem) => {
    const kiosk = await scanned(chip, error(code), HANG);
    expect(kiosk.view.screen).toMatchObject({ kind: "tap-card", problem: { id: `common/identify.chip-${problem}` } });
    const always = await scanned(chip, error(code));
    expect(always.screen).toBe("problem common/identify.chip-unreadable-title");
    expect(always.ports.names.filter((name) => name === "read-chip")).toHaveLength(3);
    await always.act("RETRY");
    expect(always.ports.names.filter((name) => name === "read-chip")).toHaveLength(6);
  });

  test.each(["chip-card.not-a-document", "chip-card.unsupported", "common.deadline"] as const)(
    "that ends in %s is told to be unreadable",
    async (code) => {
      const kiosk = await scanned(chip, error(code));
      expect(kiosk.screen).toBe("problem common/identify.chip-unreadable-title");
    },
  );

  test("that nobody puts there is waited for again, in silence", async () => {
    const kiosk = await scanned(chip, error("chip-card.no-card"), HANG);
    expect(kiosk.view.screen).toMatchObject({ kind: "tap-card", instruction: { id: "common/identify.tap-now" } });
    expect(kiosk.view.screen).not.toHaveProperty("problem");
  });

  test("is held still while it is read: progress is shown, and there is nothing to touch", async () => {
    const kiosk = new TestKiosk(SERVICES[chip]);
    kiosk.ports.chipProgress = [...READING, { step: "file", file: "SOD", read: 500, total: 1_000 }];
    kiosk.ports.script("read-chip", HANG);
    await kiosk.open("test/mini");
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({
      kind: "tap-card",
      progress: 55,
      instruction: { id: "common/identify.tap-hold" },
    });
    expect(kiosk.view.intents).toEqual(["HELP", "SET_LOCALE"]);
    await kiosk.clock.advance(2 * 60_000);
    expect(kiosk.screen).toBe("problem common/identify.chip-unreadable-title");
    expect(kiosk.ports.names).toContain("read-chip aborted");
  });

  test("that is taken away while it is read is asked for again, without a bar", async () => {
    const kiosk = new TestKiosk(SERVICES[chip]);
    kiosk.ports.chipProgress = READING;
    const { promise, resolve } = Promise.withResolvers();
    kiosk.ports.script("read-chip", promise, HANG);
    await kiosk.open("test/mini");
    await kiosk.act("CONTINUE");
    kiosk.ports.chipProgress = [{ step: "waiting" }];
    resolve(error("chip-card.removed"));
    await kiosk.settle();
    expect(kiosk.view.screen).toMatchObject({ kind: "tap-card", problem: { id: "common/identify.chip-moved" } });
    expect(kiosk.view.screen).not.toHaveProperty("progress");
  });

  test("answers the question whether somebody is still there", async () => {
    const { promise, resolve } = Promise.withResolvers();
    const kiosk = await scanned(chip, promise);
    await kiosk.clock.advance(60_000);
    expect(kiosk.view.overlay?.kind).toBe("still-there");
    resolve(done(CHIP));
    await kiosk.settle();
    expect(kiosk.view.overlay).toBeUndefined();
    expect(kiosk.screen).toBe("consent");
  });

  test("back leads to the scanner, and the reader is let go", async () => {
    const kiosk = await scanned(chip, HANG);
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("identify");
    expect(kiosk.ports.names).toEqual(["scan", "read-chip", "read-chip aborted", "scan"]);
  });

  test("that nobody ever puts there ends the session, and nothing of the person is left", async () => {
    const kiosk = await scanned(chip, HANG);
    await kiosk.clock.advance(80_001);
    expect(kiosk.screen).toBe("attract");
    expect(JSON.stringify([kiosk.view, kiosk.logged])).not.toContain(CEDULA.documentNumber);
  });
});

/** Reads that prove nothing though the card is the scanned one, and why. */
const UNPROVED: readonly [name: string, read: unknown][] = [
  ["a chip that is not genuine", done({ ...CHIP, genuine: false })],
  ["a chip that says no RUN", done({ ...CHIP, runs: [] })],
  ["an answer that is not authentic", error("chip-card.secure-messaging")],
  ["content without end", error("chip-card.excessive")],
];
const GONE: readonly [name: string, read: unknown][] = [
  ["no reader", error("runtime.no-device")],
  ["a reader that is lost", error("link.lost")],
  ["no PC/SC", error("chip-card.service-absent")],
  ["a cancelled read", error("common.cancelled")],
  ["an unknown end", uncertain(coded("link.lost"))],
  ["an unexpected error", new Error("test")],
];

describe("where the chip is offered", () => {
  test.each([...UNPROVED, ...GONE])("%s: the scanned document is all that is known", async (_name, read) => {
    expect(await identifiedBy(await scanned("offered", read))).toBe("cedula");
  });

  test("who does not want to tap goes on, and the reader is let go", async () => {
    const kiosk = await scanned("offered", HANG);
    await kiosk.act("SKIP");
    expect(kiosk.ports.names).toContain("read-chip aborted");
    expect(await identifiedBy(kiosk)).toBe("cedula");
  });

  test("a card that cannot be read is no obstacle", async () => {
    const kiosk = await scanned("offered", error("chip-card.not-a-document"));
    await kiosk.act("CONTINUE");
    expect(await identifiedBy(kiosk)).toBe("cedula");
  });
});

describe("where the chip is required", () => {
  test.each(UNPROVED)("%s: the person is sent to the counter or shows another card", async (_name, read) => {
    const kiosk = await scanned("required", read, done(CHIP));
    expect(kiosk.screen).toBe("problem common/identify.chip-not-proved-title");
    await kiosk.act("CONTINUE");
    expect(kiosk.screen).toBe("identify");
  });

  test.each(GONE)("%s: it is told, and tried again on a touch only", async (_name, read) => {
    const kiosk = await scanned("required", read, done(CHIP));
    expect(kiosk.screen).toBe("problem common/identify.chip-reader-title");
    expect(kiosk.ports.names).toEqual(["scan", "read-chip"]);
    await kiosk.act("RETRY");
    expect(await identifiedBy(kiosk)).toBe("cedula-chip");
  });

  test("nothing but the chip leads on", async () => {
    const waiting = await scanned("required", HANG);
    expect(waiting.session.send({ type: "SKIP" })).toBe(false);
    const unreadable = await scanned("required", error("chip-card.not-a-document"));
    const pages = [waiting, unreadable, await scanned("required", done({ ...CHIP, genuine: false }))];
    for (const kiosk of pages)
      for (const type of ["ACCEPT", "CONFIRM", "TYPE_RUN"] satisfies Intent["type"][])
        expect(kiosk.view.intents).not.toContain(type);
    expect(unreadable.view.intents).not.toContain("CONTINUE");
  });
});

test("where no chip is asked for, no reader is touched", async () => {
  const kiosk = new TestKiosk([miniService(STEPS("no"), ["code-reader"])]);
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  expect(kiosk.ports.names).toEqual(["scan"]);
  expect(await identifiedBy(kiosk)).toBe("cedula");
});
