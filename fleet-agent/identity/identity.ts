import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { compactVerify } from "jose";
import type { Clock } from "../../base/clock.ts";
import { parseJson } from "../../base/json.ts";
import { signRequest } from "../../base/node/http-signatures.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { faultOf, type IdentityFile, readIdentityFile, writeIdentityFile } from "./identity-file.ts";
import type { KioskIdentity, ToSign } from "./interface.ts";

/** Part of a certificate's life after which the next one is asked for. */
const RENEW_AFTER = 2 / 3;
const NONCE_BYTES = 16;

/** The identity that `enrol` left in `directory`. */
export function openIdentity(
  directory: string,
  clock: Clock,
): Result<KioskIdentity, CodedError<"identity.absent" | "identity.damaged">> {
  const file = readIdentityFile(directory);
  return file.ok ? ok(new StoredIdentity(directory, file.value, clock)) : file;
}

type Present = { readonly key: KeyObject; readonly keyid: string; readonly from: number; readonly to: number };

class StoredIdentity implements KioskIdentity {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #credentials: Subject<{ readonly certificate: string; readonly key: string; readonly ca: string }>;
  readonly #expires: Subject<number>;
  #file: IdentityFile;
  #present: Present;

  constructor(directory: string, file: IdentityFile, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
    this.#file = file;
    this.#present = presentOf(file);
    this.#credentials = new Subject(credentialsOf(file));
    this.#expires = new Subject(this.#present.to);
  }

  get kiosk(): string {
    return this.#file.kiosk;
  }

  get place(): string {
    return this.#file.place;
  }

  get updates(): string {
    return this.#file.updates;
  }

  get root(): Readonly<Record<string, unknown>> {
    return this.#file.root;
  }

  get credentials(): KioskIdentity["credentials"] {
    return this.#credentials;
  }

  get expires(): Observable<number> {
    return this.#expires;
  }

  async sign(request: ToSign, offset: number): Promise<Readonly<Record<string, string>>> {
    const created = Math.floor((this.#clock.now() + offset) / 1_000);
    return signRequest(request, this.#present, created, randomBytes(NONCE_BYTES).toString("base64url"));
  }

  async verifyDirector(jws: string, type: string): Promise<Result<unknown, CodedError>> {
    try {
      const verified = await compactVerify(
        jws,
        ({ kid }) => {
          const key = this.#file.director.find((jwk) => typeof kid === "string" && jwk.kid === kid);
          if (key === undefined) throw new Error("key not known");
          return key;
        },
        { algorithms: ["EdDSA"] },
      );
      if (verified.protectedHeader.typ !== type) return err(coded("identity.director-refused", "another type"));
      const payload = parseJson(new TextDecoder().decode(verified.payload));
      return payload === undefined ? err(coded("identity.director-refused", "no JSON")) : ok(payload);
    } catch (error) {
      return err(coded("identity.director-refused", error instanceof Error ? error.message : undefined));
    }
  }

  renewalDue(now: number): boolean {
    const { from, to } = this.#present;
    return now >= from + (to - from) * RENEW_AFTER;
  }

  /** The new key is kept nowhere until its certificate is there: after a crash between, the next renewal makes another. */
  async prepareRenewal(): ReturnType<KioskIdentity["prepareRenewal"]> {
    // What makes certificate requests takes eight megabytes of memory, and is needed once in some weeks.
    const [{ newPrivateKey }, { makeCertificateRequest }] = await Promise.all([
      import("../../base/node/certificates.ts"),
      import("./certificate-request.ts"),
    ]);
    const key = await newPrivateKey();
    return { csr: await makeCertificateRequest(key), install: (certificate) => this.#install(key, certificate) };
  }

  #install(key: string, certificate: string): Result<void, CodedError> {
    const file = { ...this.#file, key, certificate };
    const fault = faultOf(file);
    if (fault !== undefined) return err(coded("identity.answer-wrong", fault));
    writeIdentityFile(this.#directory, file);
    this.#file = file;
    this.#present = presentOf(file);
    this.#credentials.set(credentialsOf(file));
    this.#expires.set(this.#present.to);
    return ok();
  }
}

function presentOf({ key, certificate }: IdentityFile): Present {
  const { fingerprint256, validFromDate, validToDate } = new X509Certificate(certificate);
  return {
    ...{ key: createPrivateKey(key), keyid: fingerprint256.replaceAll(":", "").toLowerCase() },
    ...{ from: validFromDate.getTime(), to: validToDate.getTime() },
  };
}

function credentialsOf({ certificate, key, ca }: IdentityFile) {
  return { certificate, key, ca };
}
