import { beforeAll, describe, expect, test } from "vitest";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import { type ChipProfile, FULL_PROFILE } from "../../simulators/chip-card/document.ts";
import { MALICE, type Malice, maliciously, removedAt, withLies } from "../../simulators/chip-card/faults.ts";
import { fullName } from "../../simulators/people.ts";
import { ChipWorld, chipOf, failed, KEY, PERSON, PROVED, random } from "../../tests/support/chip-card.ts";
import type { TerminalState } from "./apdu/channel.ts";
import { EMPTY_TRUST } from "./authenticity/trust-store.ts";
import type { ChipKey, ChipProgress } from "./interface.ts";

let world: ChipWorld;
beforeAll(async () => {
  world = await ChipWorld.make();
});

const PACE = (
  cipher: "3des" | "aes128" | "aes192" | "aes256",
  curve: NonNullable<ChipProfile["pace"]>["curve"],
): ChipProfile => ({
  pace: { cipher, curve },
});

describe.each<[string, ChipProfile, string]>([
  ["BAC", {}, "bac"],
  ["PACE with Triple DES on P-256", PACE("3des", "P-256"), "pace"],
  ["PACE with AES-128 on brainpoolP256r1", PACE("aes128", "brainpoolP256r1"), "pace"],
  ["PACE with AES-192 on P-384", PACE("aes192", "P-384"), "pace"],
  ["PACE with AES-256 on brainpoolP384r1", PACE("aes256", "brainpoolP384r1"), "pace"],
  ["PACE with AES-256 on brainpoolP512r1", PACE("aes256", "brainpoolP512r1"), "pace"],
  ["PACE with AES-256 on P-521", PACE("aes256", "P-521"), "pace"],
])("%s", (_name, profile, protocol) => {
  test("opens the chip, and everything asked for is read and verified", async () => {
    const { read } = world.bench(chipOf(await world.issue(profile)));
    const outcome = await read({ groups: ["DG1", "DG2", "DG7", "DG11", "DG12"] });
    expect(outcome).toMatchObject({
      outcome: "ok",
      value: {
        mrz: { documentNumber: "501234567", issuer: "CHL", birthDate: "1974-08-12", surname: "MUNOZ PEREZ" },
        person: { surname: "MUÑOZ PÉREZ", personalNumber: "12345678-5" },
        document: { issueDate: "2019-08-12" },
        portrait: world.pictures.face,
        signature: world.pictures.signature,
        access: { protocol },
        groups: expect.arrayContaining(["DG1", "DG2", "DG7", "DG11", "DG12"]),
        authenticity: { hashes: PROVED, signature: PROVED, chain: PROVED, validity: PROVED },
        expired: false,
      },
    });
  });
});

test("the card access number opens a chip with PACE, and no chip without it", async () => {
  const document = await world.issue();
  const key: ChipKey = { kind: "can", can: document.can };
  expect(await world.bench(chipOf(document)).read({ key })).toMatchObject({
    outcome: "ok",
    value: { access: { protocol: "pace" } },
  });
  expect(await world.bench(chipOf(await world.issue({}))).read({ key })).toMatchObject({
    error: { code: "chip-card.key-unusable" },
  });
});

test("the key of another card is refused, by BAC and by PACE", async () => {
  for (const profile of [{}, FULL_PROFILE]) {
    const { read } = world.bench(chipOf(await world.issue(profile)));
    const wrong: ChipKey = {
      kind: "mrz",
      documentNumber: "B1C234567",
      birthDate: "1969-02-28",
      expiryDate: "2035-02-28",
    };
    expect(await read({ key: wrong })).toMatchObject({
      outcome: "error",
      error: { code: "chip-card.key-refused", who: "citizen" },
    });
  }
  const can: ChipKey = { kind: "can", can: "000000" };
  expect(await world.bench(chipOf(await world.issue())).read({ key: can })).toMatchObject({
    error: { code: "chip-card.key-refused" },
  });
});

test("a chip that says how long commands may be is read in fewer of them", async () => {
  const count = async (profile: ChipProfile, extended: boolean) => {
    const { read, terminal } = world.bench(chipOf(await world.issue(profile)), { extended });
    expect(await read()).toMatchObject({ outcome: "ok" });
    return terminal.trace.length;
  };
  const short = await count({}, true);
  const long = await count({ lengths: { command: 2_000, answer: 2_000 } }, true);
  expect(long).toBeLessThan(short / 2);
  expect(await count({ lengths: { command: 2_000, answer: 2_000 } }, false)).toBeLessThanOrEqual(short);
});

test("a reader that breaks long answers is used with short ones", async () => {
  const chip = chipOf(await world.issue());
  const { read, terminal } = world.bench(undefined);
  terminal.insert({
    reset: () => chip.reset(),
    process: (command) => {
      if (command.length > 5 && command[4] === 0) terminal.breakNext();
      return chip.process(command);
    },
  });
  expect(await read()).toMatchObject({ outcome: "ok", value: { authenticity: { chipAuthentication: PROVED } } });
});

test("a picture beyond the reach of a short offset is read whole", async () => {
  const bytes = new Uint8Array(70_000).fill(0x41);
  bytes.set(world.pictures.face.bytes);
  const large = { ...world.pictures, face: { mime: "image/jpeg", bytes } as const };
  for (const profile of [{}, PACE("aes256", "P-256"), FULL_PROFILE]) {
    const document = await world.issue(profile, {}, world.chile, large);
    const outcome = await world.bench(chipOf(document)).read();
    expect(outcome).toMatchObject({ outcome: "ok", value: { authenticity: { hashes: PROVED } } });
  }
});

test("a card that is taken away at any command ends the read with that, and the next card is read", async () => {
  const chip = chipOf(await world.issue());
  const { read, terminal } = world.bench(chip);
  expect(await read()).toMatchObject({ outcome: "ok" });
  const commands = terminal.trace.length;
  expect(commands).toBeGreaterThan(20);
  for (let at = 1; at <= commands; at++) {
    terminal.insert(removedAt(chip, at));
    expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.removed", who: "citizen" } });
  }
  terminal.insert(chip);
  expect(await read()).toMatchObject({ outcome: "ok" });
});

const EXPECTED: { readonly [M in Malice]: unknown } = {
  "lying-length": "chip-card.malformed",
  "giant-file": "chip-card.excessive",
  crumbs: "chip-card.excessive",
  "nested-content": "",
  "endless-answer": "chip-card.excessive",
  "endless-correction": "chip-card.excessive",
  "wrong-checksum": "chip-card.secure-messaging",
  // Where the first file is read before access, and where only after it.
  "empty-answers": expect.stringMatching(/^chip-card\.(malformed|secure-messaging)$/),
};

test.each(MALICE)(
  "a malicious card, %s, costs a bounded number of commands and ends in a registered error",
  async (malice) => {
    for (const profile of [{}, FULL_PROFILE]) {
      const document = withLies(await world.issue(profile), malice);
      const chip = new SimulatedChip(document, random, malice === "crumbs" ? 8 : undefined);
      const { read, terminal } = world.bench(maliciously(chip, malice));
      const outcome = await read();
      if (malice === "nested-content")
        expect(outcome).toMatchObject({ value: { authenticity: { signature: failed("chip-card.malformed") } } });
      else expect(outcome).toMatchObject({ outcome: "error", error: { code: EXPECTED[malice] } });
      expect(terminal.trace.length).toBeLessThan(1_000);
    }
  },
);

test("a card without the application of documents says so", async () => {
  const { read } = world.bench({ reset: () => {}, process: () => Uint8Array.of(0x6d, 0x00) });
  expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.not-a-document" } });
});

test("what was read is told as it goes, and files end at their whole size", async () => {
  const progress: ChipProgress[] = [];
  const { read } = world.bench(chipOf(await world.issue()));
  await read({ onProgress: (step) => progress.push(step) });
  expect(progress.map(({ step }) => step).filter((step, at, all) => step !== all[at - 1])).toEqual([
    "waiting",
    "connected",
    "opened",
    "file",
    "active-authentication",
    "chip-authentication",
    "verifying",
  ]);
  const last = progress.filter((each) => each.step === "file").findLast(({ file }) => file === "DG2");
  expect(last).toMatchObject({ file: "DG2" });
  if (last?.step === "file") expect(last.read).toBe(last.total);
});

test("the log says how the read went and never who was read", async () => {
  const { read, records } = world.bench(chipOf(await world.issue()));
  await read();
  await read({ key: { ...KEY, documentNumber: "1" } as ChipKey });
  expect(records.map(({ event }) => event)).toEqual(["chip-card.read", "chip-card.verdict", "chip-card.failed"]);
  expect(records[1]?.fields).toMatchObject({ chain: "proved", activeAuthentication: "proved" });
  const text = JSON.stringify(records);
  for (const secret of [PERSON.card.documentNumber, PERSON.run, "MUNOZ", "MUÑOZ", fullName(PERSON), "1974"])
    expect(text).not.toContain(secret);
});

test("a key that no card can have is bad input before any command", async () => {
  const { read, terminal } = world.bench(chipOf(await world.issue({})));
  for (const key of [
    { kind: "can", can: "12345" },
    { ...KEY, expiryDate: "2029-8-12" },
    { ...KEY, documentNumber: "Ñ" },
  ] as ChipKey[])
    expect(await read({ key })).toMatchObject({ outcome: "error", error: { code: "common.bad-input" } });
  expect(terminal.trace).toEqual([]);
});

test("a missing service, a missing reader and a mute card are told as what they are, and end the read", async () => {
  const { terminal, reader, clock, read } = world.bench(undefined, { trust: EMPTY_TRUST });
  const ends = async (state: TerminalState) => {
    terminal.state.set(state);
    const reading = read({ within: 10_000 });
    await clock.advance(10_000);
    const outcome = await reading;
    return [outcome.outcome === "error" && outcome.error.code, reader.status.value.conditions.map(({ code }) => code)];
  };
  expect(await ends({ reader: "no-service", card: "absent" })).toEqual([
    "chip-card.service-absent",
    ["service-absent", "no-trust"],
  ]);
  expect(await ends({ reader: "absent", card: "absent" })).toEqual(["link.absent", ["not-answering", "no-trust"]]);
  expect(await ends({ reader: "present", card: "mute" })).toEqual(["chip-card.mute", ["card-mute", "no-trust"]]);
  expect(await ends({ reader: "present", card: "absent" })).toEqual(["chip-card.no-card", ["no-trust"]]);
  await reader.stop();
  expect(clock.pending).toBe(0);
});
