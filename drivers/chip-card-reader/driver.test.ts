import { randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import {
  type ChipProfile,
  type DocumentFaults,
  FULL_PROFILE,
  type IssuedDocument,
  issueDocument,
  type Pictures,
} from "../../simulators/chip-card/document.ts";
import {
  type ChipBehind,
  MALICE,
  type Malice,
  maliciously,
  removedAt,
  withLies,
} from "../../simulators/chip-card/faults.ts";
import { createIssuer, type Issuer } from "../../simulators/chip-card/issuer.ts";
import { MemoryTerminal } from "../../simulators/chip-card/memory.ts";
import { drawPictures } from "../../simulators/chip-card/pictures.ts";
import { fullName, personWithRun } from "../../simulators/people.ts";
import { paceOid, writeSecurityInfos } from "./access/security-infos.ts";
import type { TerminalState } from "./apdu/channel.ts";
import { loadTrust } from "./authenticity/trust-folder.ts";
import { certificatesIn, createTrustStore, EMPTY_TRUST, type TrustStore } from "./authenticity/trust-store.ts";
import { PcscChipCardReader } from "./driver.ts";
import { type ChipKey, type ChipProgress, type ChipReadOptions, isGenuine } from "./interface.ts";

const NOW = Date.UTC(2026, 10, 23, 15);
const PERSON = personWithRun("12345678-5");
const KEY: ChipKey = {
  kind: "mrz",
  documentNumber: PERSON.card.documentNumber,
  birthDate: PERSON.birthDate,
  expiryDate: PERSON.card.expiryDate,
};
const random = (length: number) => new Uint8Array(randomBytes(length));

let chile: Issuer;
let pictures: Pictures;
let trust: TrustStore;

beforeAll(async () => {
  chile = await createIssuer("CL", NOW);
  pictures = await drawPictures(PERSON);
  trust = createTrustStore([chile.csca]);
});

async function issue(
  profile: ChipProfile = FULL_PROFILE,
  faults: DocumentFaults = {},
  issuer = chile,
): Promise<IssuedDocument> {
  return issueDocument({ person: PERSON, pictures, issuer, profile, faults, random });
}

function bench(chip: ChipBehind | undefined, options: { trust?: TrustStore; extended?: boolean } = {}) {
  const clock = new SimulatedClock(NOW);
  const records: LogRecord[] = [];
  const terminal = new MemoryTerminal();
  if (chip !== undefined) terminal.insert(chip);
  const reader = new PcscChipCardReader({
    id: "chip",
    terminal,
    trust: options.trust ?? trust,
    clock,
    log: createLogger("chip-card-reader", (record) => records.push(record)),
    ...(options.extended === undefined ? {} : { extended: options.extended }),
  });
  reader.start();
  return {
    clock,
    records,
    terminal,
    reader,
    read: (more: Partial<ChipReadOptions> = {}) => reader.read({ key: KEY, ...more }),
  };
}

const chipOf = (document: IssuedDocument) => new SimulatedChip(document, random);
const PROVED = { proof: "proved" };
const failed = (code: string) => ({ proof: "failed", code });

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
    const { read } = bench(chipOf(await issue(profile)));
    const outcome = await read({ groups: ["DG1", "DG2", "DG7", "DG11", "DG12"] });
    expect(outcome).toMatchObject({
      outcome: "ok",
      value: {
        mrz: { documentNumber: "501234567", issuer: "CHL", birthDate: "1974-08-12", surname: "MUNOZ PEREZ" },
        person: { surname: "MUÑOZ PÉREZ", personalNumber: "12345678-5" },
        document: { issueDate: "2019-08-12" },
        portrait: pictures.face,
        signature: pictures.signature,
        access: { protocol },
        groups: expect.arrayContaining(["DG1", "DG2", "DG7", "DG11", "DG12"]),
        authenticity: { hashes: PROVED, signature: PROVED, chain: PROVED, validity: PROVED },
        expired: false,
      },
    });
  });
});

test.each(["ecdsa", "rsa"] as const)(
  "a chip with every proof, active authentication with %s, is genuine",
  async (kind) => {
    for (const cipher of ["3des", "aes256"] as const) {
      const profile = {
        ...FULL_PROFILE,
        activeAuthentication: kind,
        chipAuthentication: { cipher, curve: "brainpoolP256r1" as const },
      };
      const { read } = bench(chipOf(await issue(profile)));
      const outcome = await read();
      expect(outcome).toMatchObject({
        outcome: "ok",
        value: { authenticity: { chipAuthentication: PROVED, activeAuthentication: PROVED } },
      });
      if (outcome.outcome === "ok") expect(isGenuine(outcome.value.authenticity)).toBe(true);
    }
  },
);

test("the card access number opens a chip with PACE, and no chip without it", async () => {
  const document = await issue();
  const key: ChipKey = { kind: "can", can: document.can };
  expect(await bench(chipOf(document)).read({ key })).toMatchObject({
    outcome: "ok",
    value: { access: { protocol: "pace" } },
  });
  expect(await bench(chipOf(await issue({}))).read({ key })).toMatchObject({
    error: { code: "chip-card.key-unusable" },
  });
});

test("the key of another card is refused, by BAC and by PACE", async () => {
  for (const profile of [{}, FULL_PROFILE]) {
    const { read } = bench(chipOf(await issue(profile)));
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
  expect(await bench(chipOf(await issue())).read({ key: can })).toMatchObject({
    error: { code: "chip-card.key-refused" },
  });
});

test("a copied chip reads well and fails both of its proofs", async () => {
  const outcome = await bench(chipOf(await issue(FULL_PROFILE, { cloned: true }))).read();
  expect(outcome).toMatchObject({
    outcome: "ok",
    value: {
      authenticity: {
        hashes: PROVED,
        signature: PROVED,
        chipAuthentication: failed("chip-card.cloned"),
        activeAuthentication: failed("chip-card.cloned"),
      },
    },
  });
  if (outcome.outcome === "ok") expect(isGenuine(outcome.value.authenticity)).toBe(false);
});

test("a copy that leaves out the groups it cannot prove is a copy all the same", async () => {
  const document = await issue();
  const files = new Map(document.files);
  files.delete("DG14");
  files.delete("DG15");
  const { read } = bench(chipOf({ ...document, files, agreement: undefined, signing: undefined }));
  expect(await read()).toMatchObject({
    outcome: "ok",
    value: {
      authenticity: {
        chipAuthentication: failed("chip-card.cloned"),
        activeAuthentication: failed("chip-card.cloned"),
      },
    },
  });
});

test.each(["DG1", "DG2", "DG11"] as const)("content that was altered in %s has the wrong hash", async (altered) => {
  expect(await bench(chipOf(await issue({}, { altered }))).read()).toMatchObject({
    outcome: "ok",
    value: { authenticity: { hashes: failed("chip-card.hash-mismatch"), signature: PROVED } },
  });
});

test("a weaker PACE than the signed one, pretended in the file that nobody signs, is noticed", async () => {
  const document = await issue();
  const curve = document.pace?.curve;
  if (curve === undefined) throw new Error("no PACE");
  const weak = {
    kind: "pace",
    oid: paceOid("3des"),
    cipher: "3des",
    mapping: "generic",
    parameterId: curve.parameterId,
  } as const;
  const files = new Map([...document.files, ["CardAccess", writeSecurityInfos([weak])] as const]);
  expect(await bench(chipOf({ ...document, files, pace: { cipher: "3des", curve } })).read()).toMatchObject({
    outcome: "ok",
    value: {
      access: { cipher: "3des" },
      authenticity: { hashes: failed("chip-card.hash-mismatch"), signature: PROVED },
    },
  });
});

test("a signer that has expired, one of an unknown State, and one of another State are told apart", async () => {
  const part = async (issuer: Issuer, store: TrustStore, faults: DocumentFaults = {}) => {
    const outcome = await bench(chipOf(await issue({}, faults, issuer)), { trust: store }).read();
    return outcome.outcome === "ok" ? outcome.value.authenticity : outcome;
  };
  expect(await part(chile, trust, { expiredSigner: true })).toMatchObject({
    signature: PROVED,
    chain: PROVED,
    validity: failed("chip-card.signer-expired"),
  });
  const forger = await createIssuer("CL", NOW);
  expect(await part(forger, trust)).toMatchObject({ signature: PROVED, chain: failed("chip-card.signer-unknown") });
  // A true authority of another State, which this kiosk trusts, signs a Chilean document.
  const other = await createIssuer("UT", NOW);
  const both = createTrustStore([chile.csca, other.csca]);
  expect(await part(other, both)).toMatchObject({ signature: PROVED, chain: failed("chip-card.signer-unknown") });
  expect(await part(chile, EMPTY_TRUST)).toMatchObject({ hashes: PROVED, chain: failed("chip-card.no-trust") });
});

test("trust comes from a master list as well", async () => {
  const list = certificatesIn(await chile.masterList());
  if (!list.ok) throw new Error(list.error);
  expect(await bench(chipOf(await issue({})), { trust: createTrustStore(list.value) }).read()).toMatchObject({
    value: { authenticity: { chain: PROVED } },
  });
});

test("a chip that says how long commands may be is read in fewer of them", async () => {
  const count = async (profile: ChipProfile, extended: boolean) => {
    const { read, terminal } = bench(chipOf(await issue(profile)), { extended });
    expect(await read()).toMatchObject({ outcome: "ok" });
    return terminal.trace.length;
  };
  const short = await count({}, true);
  const long = await count({ lengths: { command: 2_000, answer: 2_000 } }, true);
  expect(long).toBeLessThan(short / 2);
  expect(await count({ lengths: { command: 2_000, answer: 2_000 } }, false)).toBeLessThanOrEqual(short);
});

test("a reader that breaks long answers is used with short ones", async () => {
  const chip = chipOf(await issue());
  const { read, terminal } = bench(undefined);
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
  bytes.set(pictures.face.bytes);
  const large = { ...pictures, face: { mime: "image/jpeg", bytes } as const };
  for (const profile of [{}, PACE("aes256", "P-256"), FULL_PROFILE]) {
    const document = await issueDocument({ person: PERSON, pictures: large, issuer: chile, profile, random });
    const outcome = await bench(chipOf(document)).read();
    expect(outcome).toMatchObject({ outcome: "ok", value: { authenticity: { hashes: PROVED } } });
  }
});

test("a card that is taken away at any command ends the read with that, and the next card is read", async () => {
  const chip = chipOf(await issue());
  const { read, terminal } = bench(chip);
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
      const document = withLies(await issue(profile), malice);
      const chip = new SimulatedChip(document, random, malice === "crumbs" ? 8 : undefined);
      const { read, terminal } = bench(maliciously(chip, malice));
      const outcome = await read();
      if (malice === "nested-content")
        expect(outcome).toMatchObject({ value: { authenticity: { signature: failed("chip-card.malformed") } } });
      else expect(outcome).toMatchObject({ outcome: "error", error: { code: EXPECTED[malice] } });
      expect(terminal.trace.length).toBeLessThan(1_000);
    }
  },
);

test("a card without the application of documents says so", async () => {
  const { read } = bench({ reset: () => {}, process: () => Uint8Array.of(0x6d, 0x00) });
  expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.not-a-document" } });
});

test("what was read is told as it goes, and files end at their whole size", async () => {
  const progress: ChipProgress[] = [];
  const { read } = bench(chipOf(await issue()));
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
  const { read, records } = bench(chipOf(await issue()));
  await read();
  await read({ key: { ...KEY, documentNumber: "1" } as ChipKey });
  expect(records.map(({ event }) => event)).toEqual(["chip-card.read", "chip-card.verdict", "chip-card.failed"]);
  expect(records[1]?.fields).toMatchObject({ chain: "proved", activeAuthentication: "proved" });
  const text = JSON.stringify(records);
  for (const secret of [PERSON.card.documentNumber, PERSON.run, "MUNOZ", "MUÑOZ", fullName(PERSON), "1974"])
    expect(text).not.toContain(secret);
});

test("a key that no card can have is bad input before any command", async () => {
  const { read, terminal } = bench(chipOf(await issue({})));
  for (const key of [
    { kind: "can", can: "12345" },
    { ...KEY, expiryDate: "2029-8-12" },
    { ...KEY, documentNumber: "Ñ" },
  ] as ChipKey[])
    expect(await read({ key })).toMatchObject({ outcome: "error", error: { code: "common.bad-input" } });
  expect(terminal.trace).toEqual([]);
});

test("a missing service, a missing reader and a mute card are told as what they are, and end the read", async () => {
  const { terminal, reader, clock, read } = bench(undefined, { trust: EMPTY_TRUST });
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

test("trust is loaded from a folder of PEM, DER and master lists; a file that is none of these is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csca-"));
  const [one, two] = await Promise.all([createIssuer("UT", NOW), createIssuer("DE", NOW)]);
  writeFileSync(join(folder, "a.cer"), chile.csca);
  writeFileSync(join(folder, "b.pem"), new X509Certificate(one.csca).toString());
  writeFileSync(join(folder, "c.ml"), await two.masterList());
  expect(loadTrust(folder)).toMatchObject({ ok: true, value: { size: 3 } });
  expect(loadTrust(join(folder, "a.cer"))).toMatchObject({ ok: true, value: { size: 1 } });
  const list = await two.masterList();
  writeFileSync(join(folder, "d.ml"), list.with(-1, (list.at(-1) ?? 0) ^ 1));
  expect(loadTrust(folder)).toEqual({
    ok: false,
    error: expect.stringMatching(/d\.ml: a master list whose signature is wrong/),
  });
  writeFileSync(join(folder, "d.ml"), "hello");
  expect(loadTrust(folder)).toEqual({ ok: false, error: expect.stringMatching(/d\.ml: neither PEM/) });
  expect(loadTrust(join(folder, "none"))).toMatchObject({ ok: false });
});
