import { describe, expect, test } from "vitest";
import { done, failed, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { FINGER_PROBLEMS } from "../../../drivers/fingerprint-reader/interface.ts";
import { DELAYS } from "../../engine/delays.ts";
import { cardOf, isAvailable } from "../../session/availability.ts";
import { TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { CEDULA, CHIP, RUN } from "../../testing/people.ts";
import { HANG } from "../../testing/scripted-ports.ts";

const STEPS = (identify: string) => `
- { id: start, kind: inform }
- { id: identify, kind: identify, ${identify} }
- { id: consent, kind: consent }
- { id: done, kind: finish }
`;
const SERVICES = {
  offered: [miniService(STEPS("finger: offered"), ["code-reader"])],
  required: [miniService(STEPS("finger: required"), ["code-reader", "fingerprint-reader"])],
  "offered after the chip": [miniService(STEPS("chip: offered, finger: offered"), ["code-reader"])],
  "required, or ClaveÚnica": [
    miniService(STEPS("by: [cedula, clave-unica], finger: required"), ["code-reader", "fingerprint-reader"]),
  ],
} as const;
type Service = keyof typeof SERVICES;
const BOTH: readonly Service[] = ["offered", "required"];

const error = (code: Parameters<typeof coded>[0]) => failed(coded(code, "test"));
const match = done("match" as const);
const noMatch = done("no-match" as const);
const unreadable = error("fingerprint-reader.low-quality");

/** A kiosk on which a cédula was scanned; `fingers` are what becomes of each finger. */
async function scanned(service: Service, ...fingers: unknown[]): Promise<TestKiosk> {
  const kiosk = new TestKiosk(SERVICES[service]);
  kiosk.ports.script("scan", done(CEDULA), HANG).script("verify-finger", ...fingers);
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

const asked = (kiosk: TestKiosk) =>
  kiosk.ports.calls.filter(({ name }) => name === "verify-finger").map(({ detail }) => detail);

describe.each(BOTH)("with the finger %s, a finger on the reader", (finger) => {
  test("that is the scanned person's identifies them", async () => {
    const kiosk = await scanned(finger, match);
    expect(asked(kiosk)).toEqual([{ run: RUN, finger: "right-thumb" }]);
    expect(await identifiedBy(kiosk)).toBe("cedula-finger");
  });

  test("that is another one is told, and the right one goes on", async () => {
    const kiosk = await scanned(finger, noMatch, match);
    expect(await identifiedBy(kiosk)).toBe("cedula-finger");
    const wrong = await scanned(finger, noMatch, HANG);
    expect(wrong.view.screen).toMatchObject({
      kind: "place-finger",
      problem: { id: "common/identify.finger-no-match" },
    });
  });

  test("that is never the person's is compared three times and no more", async () => {
    const kiosk = await scanned(finger, noMatch);
    expect(kiosk.screen).toBe("problem common/identify.finger-refused-title");
    expect(asked(kiosk)).toHaveLength(3);
    expect(kiosk.view.intents).not.toContain("RETRY");
  });

  test("that is compared with the other thumb between counts all the same", async () => {
    const kiosk = await scanned(finger, noMatch, unreadable, noMatch, unreadable, noMatch);
    await kiosk.act("RETRY", "RETRY");
    expect(kiosk.screen).toBe("problem common/identify.finger-refused-title");
  });

  test.each(["fingerprint-reader.low-quality", "fingerprint-reader.not-alive"] as const)(
    "that ends in %s is told to be unreadable, and the other thumb is asked for",
    async (code) => {
      const kiosk = await scanned(finger, error(code), match);
      expect(kiosk.screen).toBe("problem common/identify.finger-unreadable-title");
      await kiosk.act("RETRY");
      expect(asked(kiosk).at(-1)).toEqual({ run: RUN, finger: "left-thumb" });
      expect(await identifiedBy(kiosk)).toBe("cedula-finger");
    },
  );

  test("that nobody keeps is told, and the other thumb is asked for by its name", async () => {
    const kiosk = await scanned(finger, done("not-known"), HANG);
    expect(kiosk.screen).toBe("problem common/identify.finger-unknown-title");
    await kiosk.act("RETRY");
    expect(kiosk.view.screen).toMatchObject({ title: { id: "common/identify.finger-title-left-thumb" } });
  });

  test("that nobody lays there is waited for again, in silence", async () => {
    const kiosk = await scanned(finger, error("common.deadline"), HANG);
    expect(kiosk.view.screen).toMatchObject({ kind: "place-finger", hand: "lay" });
    expect(kiosk.view.screen).not.toHaveProperty("problem");
  });

  test.each([
    ["present-subject", "lay"],
    ["subject-detected", "hold"],
    ["remove-subject", "lift"],
  ] as const)("is told what to do when the reader says %s", async (feedback, hand) => {
    const kiosk = await telling(finger, { feedback });
    expect(kiosk.view.screen).toMatchObject({ hand, instruction: { id: `common/identify.finger-${hand}` } });
    expect(kiosk.view.intents).toContain("BACK");
  });

  test.each(FINGER_PROBLEMS)("that is %s is told so, until the next one lies there", async (problem) => {
    const wrong = [{ feedback: "problem", problem }, { feedback: "remove-subject" }] as const;
    const told = { id: `common/identify.finger-${problem}`, text: expect.stringMatching(/^.{10,}\.$/) };
    expect((await telling(finger, ...wrong)).view.screen).toMatchObject({ problem: told });
    const read = await telling(finger, ...wrong, { feedback: "low-quality", quality: 12 });
    expect(read.view.screen).toMatchObject({ problem: told });
    const again = await telling(finger, ...wrong, { feedback: "subject-detected" });
    expect(again.view.screen).not.toHaveProperty("problem");
  });

  test("that was read badly is told so", async () => {
    const kiosk = await telling(finger, { feedback: "low-quality", quality: 12 });
    expect(kiosk.view.screen).toMatchObject({ problem: { id: "common/identify.finger-low-quality" } });
    expect(JSON.stringify(kiosk.view)).not.toContain("12}");
  });

  test("may go while it is compared: there is nothing to touch, and it has an end", async () => {
    const kiosk = await telling(finger, { feedback: "subject-detected" }, { feedback: "comparing" });
    expect(kiosk.view.screen).toMatchObject({ kind: "place-finger", hand: "compare" });
    expect(kiosk.view.intents).toEqual(["HELP", "SET_LOCALE"]);
    await kiosk.clock.advance(DELAYS.comparing);
    expect(kiosk.ports.names).toContain("verify-finger aborted");
    expect(kiosk.screen).toBe(finger === "offered" ? "consent" : "problem common/identify.finger-away-title");
  });

  test("back leads to the scanner, and the reader is let go", async () => {
    const kiosk = await scanned(finger, HANG);
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("identify");
    expect(kiosk.ports.names).toEqual(["scan", "verify-finger", "verify-finger aborted", "scan"]);
  });

  test("that nobody ever lays there ends the session, and nothing of the person is left", async () => {
    const kiosk = await scanned(finger, HANG);
    await kiosk.clock.advance(80_001);
    expect(kiosk.screen).toBe("attract");
    expect(JSON.stringify([kiosk.view, kiosk.logged])).not.toContain(CEDULA.documentNumber);
  });
});

/** A kiosk whose reader tells `progress` and then waits. */
async function telling(finger: Service, ...progress: TestKiosk["ports"]["fingerProgress"]): Promise<TestKiosk> {
  const kiosk = new TestKiosk(SERVICES[finger]);
  kiosk.ports.fingerProgress = progress;
  kiosk.ports.script("verify-finger", HANG);
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  return kiosk;
}

const GONE: readonly [name: string, finger: unknown][] = [
  ["no reader", error("runtime.no-device")],
  ["a reader that is lost", error("link.lost")],
  ["a reader that does not start", error("fingerprint-reader.failed")],
  ["a cancelled capture", error("common.cancelled")],
  ["an unknown end", uncertain(coded("link.lost"))],
  ["an unexpected error", new Error("test")],
];
const AWAY = error("fingerprint.unavailable");

describe("where the finger is offered", () => {
  test.each([...GONE, ["nobody who answers whose it is", AWAY]])(
    "%s: the scanned document is all that is known",
    async (_name, finger) => {
      expect(await identifiedBy(await scanned("offered", finger))).toBe("cedula");
    },
  );

  test("who does not want to goes on, and the reader is let go", async () => {
    const kiosk = await scanned("offered", HANG);
    await kiosk.act("SKIP");
    expect(kiosk.ports.names).toContain("verify-finger aborted");
    expect(await identifiedBy(kiosk)).toBe("cedula");
  });

  test.each([
    ["cannot be read", unreadable],
    ["nobody keeps", done("not-known")],
    ["is not the person's", noMatch],
  ])("a finger that %s is no obstacle", async (_what, finger) => {
    const kiosk = await scanned("offered", finger);
    await kiosk.act("CONTINUE");
    expect(await identifiedBy(kiosk)).toBe("cedula");
  });

  test("it is not asked for while nobody answers whose it is", async () => {
    const kiosk = new TestKiosk(SERVICES.offered);
    kiosk.availability.set({ ...kiosk.availability.value, institutions: new Set(["test"]) });
    await kiosk.open("test/mini");
    await kiosk.act("CONTINUE");
    expect(kiosk.ports.names).toEqual(["scan"]);
    expect(await identifiedBy(kiosk)).toBe("cedula");
  });

  test.each([
    ["proved the card", done(CHIP), "cedula-chip"],
    ["proved nothing", done({ ...CHIP, genuine: false }), "cedula"],
  ])("what the chip that %s was worth stays when the finger adds nothing", async (_what, chip, by) => {
    const kiosk = new TestKiosk(SERVICES["offered after the chip"]);
    kiosk.ports.script("read-chip", chip).script("verify-finger", HANG);
    await kiosk.open("test/mini");
    await kiosk.act("CONTINUE", "SKIP");
    expect(await identifiedBy(kiosk)).toBe(by);
  });
});

describe("where the finger is required", () => {
  test.each(GONE)("%s: it is told, and tried again on a touch only", async (_name, finger) => {
    const kiosk = await scanned("required", finger, match);
    expect(kiosk.screen).toBe("problem common/identify.finger-reader-title");
    expect(asked(kiosk)).toHaveLength(1);
    await kiosk.act("RETRY");
    expect(await identifiedBy(kiosk)).toBe("cedula-finger");
  });

  test("nobody answers whose it is: it is told, and tried again on a touch", async () => {
    const kiosk = await scanned("required", AWAY, match);
    expect(kiosk.screen).toBe("problem common/identify.finger-away-title");
    await kiosk.act("RETRY");
    expect(await identifiedBy(kiosk)).toBe("cedula-finger");
  });

  test("nothing but the finger leads on", async () => {
    const waiting = await scanned("required", HANG);
    expect(waiting.session.send({ type: "SKIP" })).toBe(false);
    for (const page of [unreadable, done("not-known"), AWAY]) {
      const kiosk = await scanned("required", page);
      expect(kiosk.view.intents).not.toContain("CONTINUE");
      expect(kiosk.view.intents).toContain("HELP");
    }
  });

  test("a finger that is not the person's leads to the scanner for another card", async () => {
    const kiosk = await scanned("required", noMatch);
    await kiosk.act("CONTINUE");
    expect(kiosk.screen).toBe("identify");
  });

  test.each([unreadable, done("not-known"), noMatch, AWAY, error("link.lost")])(
    "ClaveÚnica is the other way, where the service takes it",
    async (finger) => {
      const kiosk = await scanned("required, or ClaveÚnica", finger);
      await kiosk.act("USE_PHONE");
      expect(await identifiedBy(kiosk)).toBe("clave-unica");
      expect((await scanned("required", finger)).view.intents).not.toContain("USE_PHONE");
    },
  );

  test.each([
    ["a kiosk without a reader", { devices: new Set(["code-reader"] as const) }, "fingerprint-reader"],
    ["nobody who answers whose a finger is", { institutions: new Set(["test"]) }, "finger"],
  ])("with %s the menu says so, and nobody begins", async (_name, change, reason) => {
    const [service] = SERVICES.required;
    const availability = { ...new TestKiosk([service]).availability.value, ...change };
    expect(cardOf(service, availability, "es").unavailable?.id).toBe(`common/unavailable-reason.${reason}`);
    expect(isAvailable(service, availability)).toBe(false);
    expect(isAvailable(SERVICES.offered[0], availability)).toBe(true);
  });
});

test("where no finger is asked for, no reader is touched", async () => {
  const kiosk = new TestKiosk([miniService(STEPS("typed: true"), ["code-reader"])]);
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  expect(kiosk.ports.names).toEqual(["scan"]);
  expect(await identifiedBy(kiosk)).toBe("cedula");
});
