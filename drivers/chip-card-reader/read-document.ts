import type { Mrz } from "../../base/icao/mrz.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type ChipKey, wrongElement } from "./access/key.ts";
import { choosePace, openWithBac, openWithPace, type Pace, type Random } from "./access/open.ts";
import { readSecurityInfos, type SecurityInfo } from "./access/security-infos.ts";
import { swText } from "./apdu/apdu.ts";
import type { CardChannel } from "./apdu/channel.ts";
import type { Traffic } from "./apdu/exchange.ts";
import { authenticateActively } from "./authenticity/active.ts";
import { authenticateChip } from "./authenticity/chip.ts";
import { failed, NOT_OFFERED, readSod, type Sod, verifyPassively } from "./authenticity/passive.ts";
import type { TrustStore } from "./authenticity/trust-store.ts";
import type { ChipProgress, ChipReading, Proof } from "./interface.ts";
import { type Lengths, readAtrInfo } from "./lds/atr-info.ts";
import { readCom } from "./lds/com.ts";
import { readDg11, readDg12 } from "./lds/details.ts";
import { readDg1 } from "./lds/dg1.ts";
import { DATA_GROUPS, type DataGroup, groupNumber } from "./lds/files.ts";
import { readDg2, readDg7 } from "./lds/images.ts";
import { readDg14, readDg15 } from "./lds/keys.ts";
import { CardSession } from "./session.ts";

export type DocumentOptions = {
  readonly key: ChipKey;
  readonly groups: readonly DataGroup[];
  readonly trust: TrustStore;
  /** ISO date, for centuries and expiry. */
  readonly today: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  /** `false`: only commands and answers of short length, whatever the card says of itself. */
  readonly extended: boolean;
  readonly onProgress: (progress: ChipProgress) => void;
};

export type DocumentRead = { readonly reading: ChipReading; readonly traffic: Traffic };

const LEAST_LENGTH = 300;
const MOST_LENGTH = 0x1_0000;

type Coded<T> = Result<T, CodedError>;

/**
 * Reads one document: PACE or BAC (ICAO Doc 9303-11 §4.2), the files, the chip's own proofs; and verifies what was read.
 */
export async function readDocument(channel: CardChannel, options: DocumentOptions): Promise<Coded<DocumentRead>> {
  const wrong = wrongElement(options.key);
  if (wrong !== undefined) return err(coded("common.bad-input", `key: ${wrong}`));
  const session = new CardSession(channel, options.signal);
  const opened = await openChip(session, options);
  if (!opened.ok) return opened;
  const { onProgress } = options;
  const pace = opened.value;
  const protocol = pace === undefined ? "bac" : "pace";
  onProgress({ step: "opened", protocol });
  const access = { protocol, cipher: session.cipher } as const;

  const files = await readFiles(session, options);
  if (!files.ok) return files;
  const { groups, sod } = files.value;
  const proofs = await proveChip(session, groups, options);
  if (!proofs.ok) return proofs;

  onProgress({ step: "verifying" });
  const content = interpret(groups, options.today);
  if (!content.ok) return content;
  const { mrz } = content.value;
  const passive = verifyPassively(sod, groups, { trust: options.trust, issuer: mrz.issuer, now: options.now });
  const authenticity = {
    ...passive,
    ...(isPretended(pace, proofs.value.infos) ? { hashes: failed("chip-card.hash-mismatch") } : {}),
    chipAuthentication: signedProof(proofs.value.chip, "DG14", groups, sod),
    activeAuthentication: signedProof(proofs.value.active, "DG15", groups, sod),
  };
  const reading: ChipReading = {
    ...content.value,
    access,
    groups: DATA_GROUPS.filter((group) => groups.has(group)),
    authenticity,
    expired: mrz.expiryDate < options.today,
  };
  return ok({ reading, traffic: session.traffic });
}

/**
 * A proof with a key that nobody signed proves nothing; and a chip that lacks a key which its issuer signed is a copy that left out
 * what it cannot prove.
 */
function signedProof(
  proof: Proof,
  group: "DG14" | "DG15",
  groups: ReadonlyMap<DataGroup, Uint8Array>,
  sod: Sod | undefined,
): Proof {
  const signed = sod?.object.hashes.has(groupNumber(group)) ?? false;
  if (!groups.has(group)) return signed ? failed("chip-card.cloned") : NOT_OFFERED;
  return proof.proof === "proved" && !signed ? failed("chip-card.key-unsigned") : proof;
}

/**
 * EF.CardAccess is not signed, but DG14 repeats it and is (Doc 9303-11 §9.2.9): a PACE that the signed list does not have was pretended,
 * e.g. a weaker one. Lists without any PACE, which older documents have, tell nothing.
 */
function isPretended(pace: Pace | undefined, signed: readonly SecurityInfo[]): boolean {
  const offers = signed.filter((info) => info.kind === "pace");
  if (pace === undefined || offers.length === 0) return false;
  return !offers.some(({ oid, parameterId }) => oid === pace.oid && parameterId === pace.parameterId);
}

/** The PACE that opened the chip; `undefined` when it was Basic Access Control. */
async function openChip(session: CardSession, options: DocumentOptions): Promise<Coded<Pace | undefined>> {
  const { key, random } = options;
  const atrInfo = options.extended ? await session.readStart("AtrInfo") : ok(undefined);
  if (!atrInfo.ok) return atrInfo;
  const lengths = atrInfo.value === undefined ? undefined : readAtrInfo(atrInfo.value);
  const cardAccess = await session.readFile("CardAccess");
  if (!cardAccess.ok) return cardAccess;
  const infos = cardAccess.value === undefined ? ok([]) : readSecurityInfos(cardAccess.value);
  if (!infos.ok) return err(coded("chip-card.malformed", `EF.CardAccess: ${infos.error}`));
  session.lengths = usable(lengths);
  const pace = choosePace(infos.value);
  if (pace === undefined && key.kind === "can") {
    const offered = infos.value.map(({ oid }) => oid).join(", ");
    return offered === ""
      ? err(coded("chip-card.key-unusable", "the card offers no PACE"))
      : err(coded("chip-card.unsupported", `the card offers ${offered}`));
  }
  if (pace !== undefined) {
    const opened = await openWithPace(session, key, pace, random);
    if (!opened.ok) return opened;
  }
  const selected = await session.selectApplication();
  if (!selected.ok) return selected;
  if (selected.value.sw !== 0x9000) return err(coded("chip-card.not-a-document", swText(selected.value.sw)));
  if (pace !== undefined) return ok(pace.info);
  if (key.kind === "can") return err(coded("chip-card.key-unusable"));
  const opened = await openWithBac(session, key, random);
  return opened.ok ? ok(undefined) : opened;
}

/** Lengths below those of short commands are a mistake of the card; above those of extended ones nothing can be asked for. */
function usable(lengths: Lengths | undefined): Lengths | undefined {
  if (lengths === undefined || lengths.command < LEAST_LENGTH || lengths.answer < LEAST_LENGTH) return undefined;
  return { command: lengths.command, answer: Math.min(lengths.answer, MOST_LENGTH) };
}

type Files = { readonly groups: ReadonlyMap<DataGroup, Uint8Array>; readonly sod: Sod | undefined };

async function readFiles(session: CardSession, options: DocumentOptions): Promise<Coded<Files>> {
  const { onProgress } = options;
  const read = (file: DataGroup | "COM" | "SOD") =>
    session.readFile(file, (bytes, total) => onProgress({ step: "file", file, read: bytes, total }));
  const com = await read("COM");
  if (!com.ok) return com;
  const listed = com.value === undefined ? ok([]) : readCom(com.value);
  if (!listed.ok) return err(coded("chip-card.malformed", `EF.COM: ${listed.error}`));
  const sodFile = await read("SOD");
  if (!sodFile.ok) return sodFile;
  const sod = sodFile.value === undefined ? undefined : readSod(sodFile.value);
  // EF.COM is not signed: what the issuer signed counts as well, so that leaving a group out of the list hides nothing.
  const present = DATA_GROUPS.filter(
    (group) => listed.value.includes(group) || sod?.object.hashes.has(groupNumber(group)) === true,
  );
  const groups = new Map<DataGroup, Uint8Array>();
  const readGroup = async (group: DataGroup): Promise<Coded<void>> => {
    if (!present.includes(group)) return ok();
    const file = await read(group);
    if (!file.ok) return file;
    if (file.value !== undefined) groups.set(group, file.value);
    return ok();
  };

  const proving: readonly DataGroup[] = ["DG1", "DG14", "DG15"];
  for (const group of DATA_GROUPS.filter((each) => proving.includes(each) || options.groups.includes(each))) {
    const done = await readGroup(group);
    if (!done.ok) return done;
  }
  return ok({ groups, sod });
}

/**
 * Both proofs that the chip is no copy. Chip authentication comes last: a copy that fails it ends the session, and what was read
 * before still tells whose document was copied.
 */
async function proveChip(
  session: CardSession,
  groups: ReadonlyMap<DataGroup, Uint8Array>,
  { random, onProgress }: DocumentOptions,
): Promise<Coded<{ readonly chip: Proof; readonly active: Proof; readonly infos: readonly SecurityInfo[] }>> {
  const dg14 = groups.get("DG14");
  const infos = dg14 === undefined ? ok([]) : readDg14(dg14);
  if (!infos.ok) return err(coded("chip-card.malformed", `DG14: ${infos.error}`));
  const dg15 = groups.get("DG15");
  const key = dg15 === undefined ? ok(undefined) : readDg15(dg15);
  if (!key.ok) return err(coded("chip-card.malformed", `DG15: ${key.error}`));
  if (dg15 !== undefined) onProgress({ step: "active-authentication" });
  const active = await authenticateActively(session, key.value, infos.value, random);
  if (!active.ok) return active;
  if (dg14 !== undefined) onProgress({ step: "chip-authentication" });
  const chip = await authenticateChip(session, infos.value, random);
  return chip.ok ? ok({ chip: chip.value, active: active.value, infos: infos.value }) : chip;
}

type Content = { readonly mrz: Mrz } & Pick<ChipReading, "person" | "document" | "portrait" | "signature">;

function interpret(groups: ReadonlyMap<DataGroup, Uint8Array>, today: string): Coded<Content> {
  const malformed = (group: DataGroup, fault: unknown) =>
    err(coded("chip-card.malformed", `${group}: ${typeof fault === "string" ? fault : JSON.stringify(fault)}`));
  const optional = <T>(group: DataGroup, reader: (bytes: Uint8Array) => Result<T, unknown>): Coded<T | undefined> => {
    const bytes = groups.get(group);
    const value = bytes === undefined ? ok(undefined) : reader(bytes);
    return value.ok ? value : malformed(group, value.error);
  };
  const dg1 = groups.get("DG1");
  if (dg1 === undefined) return malformed("DG1", "missing");
  const mrz = readDg1(dg1, today);
  if (!mrz.ok) return malformed("DG1", mrz.error);
  const portrait = optional("DG2", readDg2);
  if (!portrait.ok) return portrait;
  const signature = optional("DG7", readDg7);
  if (!signature.ok) return signature;
  const person = optional("DG11", readDg11);
  if (!person.ok) return person;
  const document = optional("DG12", readDg12);
  if (!document.ok) return document;
  return ok({
    mrz: mrz.value,
    ...(portrait.value === undefined ? {} : { portrait: portrait.value }),
    ...(signature.value === undefined ? {} : { signature: signature.value }),
    ...(person.value === undefined ? {} : { person: person.value }),
    ...(document.value === undefined ? {} : { document: document.value }),
  });
}
