import { X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type DocumentFaults, FULL_PROFILE } from "../../../simulators/chip-card/document.ts";
import { createIssuer, type Issuer } from "../../../simulators/chip-card/issuer.ts";
import { ChipWorld, chipOf, failed, NOW, PROVED } from "../../../tests/support/chip-card.ts";
import { paceOid, writeSecurityInfos } from "../access/security-infos.ts";
import { isGenuine } from "../interface.ts";
import { readSod, verifyPassively } from "./passive.ts";
import { loadTrust } from "./trust-folder.ts";
import { certificatesIn, createTrustStore, EMPTY_TRUST, type TrustStore } from "./trust-store.ts";

let world: ChipWorld;
beforeAll(async () => {
  world = await ChipWorld.make();
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
      const { read } = world.bench(chipOf(await world.issue(profile)));
      const outcome = await read();
      expect(outcome).toMatchObject({
        outcome: "ok",
        value: { authenticity: { chipAuthentication: PROVED, activeAuthentication: PROVED } },
      });
      if (outcome.outcome === "ok") expect(isGenuine(outcome.value.authenticity)).toBe(true);
    }
  },
);

test("a copied chip reads well and fails both of its proofs", async () => {
  const outcome = await world.bench(chipOf(await world.issue(FULL_PROFILE, { cloned: true }))).read();
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
  const document = await world.issue();
  const files = new Map(document.files);
  files.delete("DG14");
  files.delete("DG15");
  const { read } = world.bench(chipOf({ ...document, files, agreement: undefined, signing: undefined }));
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
  expect(await world.bench(chipOf(await world.issue({}, { altered }))).read()).toMatchObject({
    outcome: "ok",
    value: { authenticity: { hashes: failed("chip-card.hash-mismatch"), signature: PROVED } },
  });
});

test("a weaker PACE than the signed one, pretended in the file that nobody signs, is noticed", async () => {
  const document = await world.issue();
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
  expect(await world.bench(chipOf({ ...document, files, pace: { cipher: "3des", curve } })).read()).toMatchObject({
    outcome: "ok",
    value: {
      access: { cipher: "3des" },
      authenticity: { hashes: failed("chip-card.hash-mismatch"), signature: PROVED },
    },
  });
});

test("a signer that has expired, one of an unknown State, and one of another State are told apart", async () => {
  const part = async (issuer: Issuer, store: TrustStore, faults: DocumentFaults = {}) => {
    const outcome = await world.bench(chipOf(await world.issue({}, faults, issuer)), { trust: store }).read();
    return outcome.outcome === "ok" ? outcome.value.authenticity : outcome;
  };
  expect(await part(world.chile, world.trust, { expiredSigner: true })).toMatchObject({
    signature: PROVED,
    chain: PROVED,
    validity: failed("chip-card.signer-expired"),
  });
  const forger = await createIssuer("CL", NOW);
  expect(await part(forger, world.trust)).toMatchObject({
    signature: PROVED,
    chain: failed("chip-card.signer-unknown"),
  });
  // A true authority of another State, which this kiosk trusts, signs a Chilean document.
  const other = await createIssuer("UT", NOW);
  const both = createTrustStore([world.chile.csca, other.csca]);
  expect(await part(other, both)).toMatchObject({ signature: PROVED, chain: failed("chip-card.signer-unknown") });
  expect(await part(world.chile, EMPTY_TRUST)).toMatchObject({ hashes: PROVED, chain: failed("chip-card.no-trust") });
});

test("trust comes from a master list as well", async () => {
  const list = certificatesIn(await world.chile.masterList());
  if (!list.ok) throw new Error(list.error);
  expect(
    await world.bench(chipOf(await world.issue({})), { trust: createTrustStore(list.value) }).read(),
  ).toMatchObject({
    value: { authenticity: { chain: PROVED } },
  });
});

test("trust is loaded from a folder of PEM, DER and master lists; a file that is none of these is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csca-"));
  const [one, two] = await Promise.all([createIssuer("UT", NOW), createIssuer("DE", NOW)]);
  writeFileSync(join(folder, "a.cer"), world.chile.csca);
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

test("a signer's certificate whose key nobody can read proves nothing, and harms nothing", async () => {
  const { files } = await world.issue();
  const sod = Buffer.from(files.get("SOD") ?? []);
  const EC_PUBLIC_KEY = Buffer.from("06072a8648ce3d0201", "hex");
  const at = sod.indexOf(EC_PUBLIC_KEY);
  expect(at).toBeGreaterThan(0);
  sod.writeUInt8(0x7f, at + EC_PUBLIC_KEY.length - 1);
  const group = files.get("DG1") ?? new Uint8Array();
  const told = verifyPassively(readSod(sod), new Map([["DG1", group]]), {
    trust: world.trust,
    issuer: "CHL",
    now: NOW,
  });
  expect(told).toMatchObject({ signature: failed("chip-card.unsupported") });
});
