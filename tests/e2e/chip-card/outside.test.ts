import { spawn, spawnSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromHex } from "../../../base/bytes/bytes.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { PASSWORD_REFERENCE } from "../../../drivers/chip-card-reader/access/key.ts";
import { dynamicData, setAuthenticationData } from "../../../drivers/chip-card-reader/access/pace.ts";
import { paceOid } from "../../../drivers/chip-card-reader/access/security-infos.ts";
import { decodeResponse, encodeCommand } from "../../../drivers/chip-card-reader/apdu/apdu.ts";
import {
  readSignedData,
  signerCertificate,
  verifySignedData,
} from "../../../drivers/chip-card-reader/authenticity/signed-data.ts";
import type { Cipher } from "../../../drivers/chip-card-reader/crypto/cipher.ts";
import { readSecurityObject } from "../../../drivers/chip-card-reader/lds/security-object.ts";
import { inside, readTlv } from "../../../drivers/chip-card-reader/tlv.ts";
import { SimulatedChip } from "../../../simulators/chip-card/chip.ts";
import { type IssuedDocument, issueDocument, type Pictures } from "../../../simulators/chip-card/document.ts";
import { createIssuer, type Issuer } from "../../../simulators/chip-card/issuer.ts";
import { drawPictures } from "../../../simulators/chip-card/pictures.ts";
import { cardMrz } from "../../../simulators/code-reader/cards.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { Pn532 } from "../../support/pn532.ts";

/** The simulated chip against programs that are not ours. */
const RUN = "12345678-5";
const person = personWithRun(RUN);
const random = (length: number) => new Uint8Array(randomBytes(length));
let folder: string;
let issuer: Issuer;
let pictures: Pictures;
let document: IssuedDocument;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "chip-outside-"));
  issuer = await createIssuer("CL", systemClock.now());
  pictures = await drawPictures(person);
  document = await issueDocument({ person, pictures, issuer, profile: {}, random });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("mrtdreader opens the chip with Basic Access Control and reads its files and its face", async (context) => {
  if (!existsSync("/usr/bin/mrtdreader")) context.skip("Debian's mrtdreader is not installed");
  const chip = new SimulatedChip(document, random);
  const reader = new Pn532(join(folder, "pn532"), chip);
  const { status, said } = await run("mrtdreader", ["-p", "501234567", "-b", "740812", "-e", "290812"], {
    LIBNFC_DEVICE: `pn532_uart:${reader.wire.path}`,
  });
  reader.wire.unplug();
  expect(said).toContain("Challenge successful!");
  expect(said).toContain(cardMrz(RUN).join(""));
  for (const group of ["DG1", "DG2", "DG7", "DG11", "DG12"]) expect(said).toContain(`Found: EF_${group}`);
  expect(said).toContain(Buffer.from(document.files.get("SOD") ?? []).toString("hex"));
  expect(new Uint8Array(readFileSync(join(folder, "image.jpg")))).toEqual(pictures.face.bytes);
  expect(status).toBe(0);
});

test("mrtdreader cannot open it with the key of another card", async (context) => {
  if (!existsSync("/usr/bin/mrtdreader")) context.skip("Debian's mrtdreader is not installed");
  const reader = new Pn532(join(folder, "pn532"), new SimulatedChip(document, random));
  const { said } = await run("mrtdreader", ["-p", "501234568", "-b", "740812", "-e", "290812"], {
    LIBNFC_DEVICE: `pn532_uart:${reader.wire.path}`,
  });
  reader.wire.unplug();
  expect(said).not.toContain("Challenge successful!");
  expect(said).not.toContain("MUNOZ");
});

test("openssl verifies the signature of EF.SOD and its chain, and refuses another authority", async (context) => {
  if (spawnSync("openssl", ["version"]).status !== 0) context.skip("Debian's openssl is not installed");
  const sod = readTlv(document.files.get("SOD") ?? new Uint8Array());
  if (!sod.ok) throw new Error(sod.error);
  writeFileSync(join(folder, "sod.der"), sod.value.tlv.value);
  const verify = (authority: Uint8Array) => {
    writeFileSync(join(folder, "csca.pem"), new X509Certificate(authority).toString());
    const options = [
      "-verify",
      "-inform",
      "DER",
      "-in",
      "sod.der",
      "-CAfile",
      "csca.pem",
      "-purpose",
      "any",
      "-binary",
    ];
    return spawnSync("openssl", ["cms", ...options, "-out", "content"], { cwd: folder, encoding: "utf8" });
  };
  const verified = verify(issuer.csca);
  expect(verified.stderr).toContain("successful");
  expect(verified.status).toBe(0);
  const content = readSecurityObject(new Uint8Array(readFileSync(join(folder, "content"))));
  expect(content).toMatchObject({ ok: true, value: { hashOid: "2.16.840.1.101.3.4.2.1" } });
  expect(verify((await createIssuer("CL", systemClock.now())).csca).status).not.toBe(0);
});

test.for([
  ["RSA with PKCS #1", ["rsa:2048"], []],
  ["RSA with PSS", ["rsa:2048"], ["-keyopt", "rsa_padding_mode:pss"]],
  [
    "RSA with PSS and SHA-512, signer by key identifier",
    ["rsa:2048"],
    ["-keyopt", "rsa_padding_mode:pss", "-md", "sha512", "-keyid"],
  ],
  [
    "a brainpool curve with its numbers written out",
    ["ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1", "-pkeyopt", "ec_param_enc:explicit"],
    ["-md", "sha384"],
  ],
  ["a curve of NIST by its name", ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"], ["-md", "sha512"]],
] as const)(
  "what openssl signs with %s is verified, and not when a byte is changed",
  ([, newKey, options], context) => {
    if (spawnSync("openssl", ["version"]).status !== 0) context.skip("Debian's openssl is not installed");
    const openssl = (...words: string[]) => {
      const { status, stderr } = spawnSync("openssl", words, { cwd: folder, encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
    };
    openssl(
      "req",
      "-x509",
      "-newkey",
      ...newKey,
      "-nodes",
      "-keyout",
      "key",
      "-out",
      "cert",
      "-subj",
      "/C=CL/CN=Signer",
      "-days",
      "2",
    );
    writeFileSync(join(folder, "content.bin"), Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00));
    const files = ["-in", "content.bin", "-signer", "cert", "-inkey", "key", "-out", "signed.der", "-outform", "DER"];
    openssl("cms", "-sign", "-binary", "-nodetach", "-econtent_type", "2.23.136.1.1.1", ...files, ...options);
    const bytes = new Uint8Array(readFileSync(join(folder, "signed.der")));
    const verdict = (der: Uint8Array) => {
      const signed = readSignedData(der);
      const signer = signed.ok ? signerCertificate(signed.value) : undefined;
      return signed.ok && signer !== undefined ? verifySignedData(signed.value, signer) : undefined;
    };
    expect(verdict(bytes)).toEqual({ ok: true, value: undefined });
    expect(verdict(bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1))).toEqual({ ok: false, error: "wrong" });
    const content = bytes.findIndex((_, at) =>
      [0x30, 0x03, 0x02, 0x01, 0x00].every((byte, index) => bytes[at + index] === byte),
    );
    expect(verdict(bytes.with(content + 4, 1))).toEqual({ ok: false, error: "wrong" });
  },
);

const openPaceMissing =
  spawnSync("python3", ["-c", "import ctypes; ctypes.CDLL('libeac.so.3')"]).status === 0
    ? undefined
    : "python3 and Debian's openpace (libeac3) are not installed";

const PASSWORDS = [
  ["can", "aes128", "brainpoolP256r1"],
  ["mrz", "3des", "P-256"],
  ["can", "aes192", "P-384"],
  ["mrz", "aes256", "brainpoolP512r1"],
  ["can", "aes256", "P-521"],
] as const;

test.for(PASSWORDS)("OpenPACE opens the chip by PACE with %s, %s on %s", async ([kind, cipher, curve], context) => {
  if (openPaceMissing !== undefined) context.skip(openPaceMissing);
  const pace = await issueDocument({ person, pictures, issuer, profile: { pace: { cipher, curve } }, random });
  expect(await openPace(pace, cipher, kind, kind === "can" ? pace.can : cardMrz(RUN).join(""))).toBe("open");
});

test("OpenPACE does not open the chip with another number", async (context) => {
  if (openPaceMissing !== undefined) context.skip(openPaceMissing);
  const profile = { pace: { cipher: "aes128", curve: "P-256" } } as const;
  const pace = await issueDocument({ person, pictures, issuer, profile, random });
  expect(await openPace(pace, "aes128", "can", "000000")).not.toBe("open");
});

/** Carries messages between OpenPACE and a chip. @returns what OpenPACE says at the end. */
async function openPace(
  issued: IssuedDocument,
  cipher: Cipher,
  kind: "can" | "mrz",
  password: string,
): Promise<string> {
  const chip = new SimulatedChip(issued, random);
  const child = spawn("python3", [join(import.meta.dirname, "openpace-peer.py"), kind, password], { timeout: 60_000 });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async () => String((await lines.next()).value);
  const tell = (bytes: Uint8Array) => void child.stdin.write(`${Buffer.from(bytes).toString("hex")}\n`);
  const command = (cla: number, ins: number, p1: number, p2: number, data: Uint8Array) =>
    decodeResponse(chip.process(encodeCommand({ cla, ins, p1, p2, data, le: 256 })));
  const step = (cla: number, ...sent: Parameters<typeof dynamicData>) => {
    const answer = inside(command(cla, 0x86, 0, 0, dynamicData(...sent))?.data ?? new Uint8Array(), 0x7c);
    tell((answer.ok ? answer.value[0]?.value : undefined) ?? new Uint8Array());
  };
  tell(issued.files.get("CardAccess") ?? new Uint8Array());
  command(0, 0x22, 0xc1, 0xa4, setAuthenticationData(paceOid(cipher), PASSWORD_REFERENCE[kind]));
  step(0x10);
  for (const [tag, cla] of [
    [0x81, 0x10],
    [0x83, 0x10],
    [0x85, 0x00],
  ] as const) {
    const sent = await said();
    if (!/^[0-9a-f]+$/.test(sent)) return sent;
    step(cla, tag, fromHex(sent));
  }
  const end = await said();
  child.kill();
  return end;
}

async function run(program: string, options: readonly string[], environment: Record<string, string>) {
  const child = spawn(program, options, { cwd: folder, env: { ...process.env, ...environment }, timeout: 60_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { status: await promise, said };
}
