import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { SubmissionInput, SubmissionResult } from "../../base/contracts/gateway.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CallFailure, SubmissionContext, Verification } from "../connectors/connector.ts";
import type { FirmaGob } from "../connectors/firmagob.ts";
import { refused } from "../connectors/institution-http.ts";
import { newCode } from "../delivery/codes.ts";
import { declaration } from "../delivery/documents.ts";
import { documentPages } from "../delivery/pages.ts";
import type { Logins } from "../login/logins.ts";
import type { Store } from "../store/database.ts";

export type SignaturesOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly service: FirmaGob;
  readonly logins: Logins | undefined;
  /** Milliseconds for which what was signed is kept. */
  readonly keep: number;
  readonly verificationUrl: (folio: string, code: string) => string;
};

type Input = SubmissionInput<"signature.record">;
export type Signature = SubmissionResult<"signature.record">;
/** What is kept: what the citizen read, in which language, for what, and that by which they proved who they are, by its tag alone. */
type Kept = Omit<Signature, "verificationUrl"> &
  Pick<Input, "procedure" | "locale" | "demo"> & { readonly kiosk: string };
type Row = { readonly key: string; readonly state: "kept" | "sealed" | "void"; readonly record: Buffer };

/**
 * What citizens signed. A signature is one row, by its key: it is durable before the signing service hears of it, its proof serves for
 * no other, and it is sealed once, however often that must be tried.
 */
export class Signatures {
  readonly #options: SignaturesOptions;

  constructor(options: SignaturesOptions) {
    this.#options = options;
  }

  async record(input: Input, { kiosk, key, signal }: SubmissionContext): Promise<Result<Signature, CallFailure>> {
    if (this.#find(key) === undefined) {
      const kept = await this.#keep(input, kiosk, key);
      if (!kept.ok) return kept;
    }
    return await this.#seal(key, signal);
  }

  /** What became of a key; one that stands without its seal is sealed now. */
  async find(key: string, signal: AbortSignal): Promise<Result<Signature | undefined, CallFailure>> {
    return this.#find(key) === undefined ? ok(undefined) : await this.#seal(key, signal);
  }

  /** Whether a receipt is true: of what is sealed, and never whose it is. */
  verify(folio: string, code: string): Verification | undefined {
    const { store } = this.#options;
    const row = store.database
      .prepare("SELECT key, state, record FROM signatures WHERE folio = ? AND state = 'sealed'")
      .get(store.seal.tag("folio", folio)) as Row | undefined;
    const kept = row === undefined ? undefined : this.#open(row);
    if (kept?.verificationCode !== code) return undefined;
    return { state: "valid", issuedAt: kept.signedAt, validUntil: kept.keptUntil };
  }

  async #keep(input: Input, kiosk: string, key: string): Promise<Result<void, CallFailure>> {
    const { store, clock, keep, logins } = this.#options;
    const { run, name, proof, title, text, procedure, locale, demo } = input;
    if (proof.by === "clave-unica" && logins?.provesSigner(kiosk, proof.evidence, run) !== true)
      return err(refused(coded("signature.proof-refused")));
    const now = clock.now();
    const kept: Kept = {
      folio: `F-${newCode()}`,
      verificationCode: newCode(),
      signedAt: new Date(now).toISOString(),
      keptUntil: new Date(now + keep).toISOString().slice(0, 10),
      signer: { run, ...(name === undefined ? {} : { name }) },
      signedWith: proof.by,
      hash: hashOf(title, text),
      ...{ title, text, procedure, locale, demo, kiosk },
    };
    // What no page can hold is refused while nothing stands.
    const drawn = await this.#draw(kept);
    if (!drawn.ok) return drawn;
    const { changes } = store.database
      .prepare(
        `INSERT INTO signatures (key, at, folio, person, proof, state, record) VALUES (?, ?, ?, ?, ?, 'kept', ?)
         ON CONFLICT (proof) DO NOTHING`,
      )
      .run(
        ...[key, now, store.seal.tag("folio", kept.folio), store.seal.tag("person", run)],
        store.seal.tag("signature-proof", `${kiosk} ${proof.by} ${proof.evidence}`),
        store.seal.close(placeOf(key), kept),
      );
    return changes === 1 ? ok() : err(refused(coded("signature.proof-used")));
  }

  async #seal(key: string, signal: AbortSignal): Promise<Result<Signature, CallFailure>> {
    const { service, store, clock } = this.#options;
    const row = this.#find(key);
    if (row === undefined) throw new Error("a signature that was kept is gone");
    if (row.state === "void") return err(refused(coded("institution.request-refused", "not sealed")));
    const kept = this.#open(row);
    if (row.state === "sealed") return ok(this.#told(kept));
    const pages = await this.#draw(kept);
    if (!pages.ok) return pages;
    const sealed = await service.seal(pages.value, `Declaración ${kept.folio}`, signal);
    if (!sealed.ok && sealed.error.effect === "refused") {
      store.database.prepare("UPDATE signatures SET state = 'void' WHERE key = ? AND state = 'kept'").run(key);
      return sealed;
    }
    // It stands, whether the service was reached or not: it is sealed later.
    if (!sealed.ok) return err({ error: sealed.error.error, effect: "maybe" });
    const seal = store.seal.close(`${placeOf(key)} seal`, { ...sealed.value, at: new Date(clock.now()).toISOString() });
    store.database
      .prepare("UPDATE signatures SET state = 'sealed', seal = ? WHERE key = ? AND state = 'kept'")
      .run(seal, key);
    return ok(this.#told(kept));
  }

  async #draw(kept: Kept): Promise<Result<Uint8Array, CallFailure>> {
    const pages = await documentPages(declaration(this.#told(kept)), kept.demo);
    return pages.ok ? pages : err(refused(pages.error));
  }

  #told({ procedure: _procedure, locale: _locale, demo: _demo, kiosk: _kiosk, ...told }: Kept): Signature {
    return { ...told, verificationUrl: this.#options.verificationUrl(told.folio, told.verificationCode) };
  }

  #find(key: string): Row | undefined {
    const statement = this.#options.store.database.prepare("SELECT key, state, record FROM signatures WHERE key = ?");
    return statement.get(key) as Row | undefined;
  }

  #open({ key, record }: Row): Kept {
    return this.#options.store.seal.open(placeOf(key), record) as Kept;
  }
}

/** Of the UTF-8 bytes of the JSON list of title and paragraphs, as `JSON.stringify` writes it. */
function hashOf(title: string, text: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([title, ...text]))
    .digest("hex");
}

function placeOf(key: string): string {
  return `signature ${key}`;
}
