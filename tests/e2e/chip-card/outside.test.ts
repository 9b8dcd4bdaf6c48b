import { spawn, spawnSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { readSecurityObject } from "../../../drivers/chip-card-reader/lds/security-object.ts";
import { readTlv } from "../../../drivers/chip-card-reader/tlv.ts";
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

async function run(program: string, options: readonly string[], environment: Record<string, string>) {
  const child = spawn(program, options, { cwd: folder, env: { ...process.env, ...environment }, timeout: 60_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { status: await promise, said };
}
