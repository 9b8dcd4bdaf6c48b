import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { rmSync } from "node:fs";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Kept } from "../report/kept.ts";

/** Crockford's base 32: no letter that looks like another sign. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_FILE = "wizard-code.json";
const CODE_LIFE = 30 * 60 * 1000;
const SESSION_LIFE = 60 * 60 * 1000;
const TRIES = 5;
const LOCKED = 60 * 1000;

const codeFileSchema = z.strictObject({ sha256: z.string(), expiresAt: z.number() });

/** Makes the code that opens the wizard of a kiosk which is enrolled already: once, within half an hour. Only its hash is kept. */
export function makeWizardCode(kept: Kept, clock: Clock): string {
  const group = () => Array.from({ length: 4 }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join("");
  const code = [group(), group(), group()].join("-");
  const content = { sha256: hash(code).toString("hex"), expiresAt: clock.now() + CODE_LIFE };
  kept.write(CODE_FILE, JSON.stringify(content), 0o600);
  return code;
}

/** Who may use the wizard: one session at a time, opened by a code, shut after an hour or at its end. */
export class Entry {
  readonly #kept: Kept;
  readonly #clock: Clock;
  #session: { readonly token: Buffer; readonly code: string; until: number } | undefined;
  #wrong = 0;
  #lockedUntil = 0;

  constructor(kept: Kept, clock: Clock) {
    this.#kept = kept;
    this.#clock = clock;
  }

  /**
   * Opens a session. On a machine without identity the console's one-time code is taken at its word: it is the fleet server that
   * judges it, and before it has, nothing but the enrolment works.
   *
   * @returns the session's token.
   */
  enter(code: string, enrolled: boolean): Result<string, CodedError> {
    if (this.#clock.monotonic() < this.#lockedUntil) return err(coded("provision.locked"));
    if (enrolled && !this.#takeOwnCode(code)) {
      this.wrongCode();
      return err(coded("provision.code-wrong"));
    }
    const token = randomBytes(32);
    this.#session = { token, code, until: this.#clock.monotonic() + SESSION_LIFE };
    return ok(token.toString("base64url"));
  }

  /** Counts a wrong code, also one that the fleet server refused. */
  wrongCode(): void {
    this.#wrong++;
    if (this.#wrong < TRIES) return;
    this.#wrong = 0;
    this.#lockedUntil = this.#clock.monotonic() + LOCKED;
  }

  get locked(): boolean {
    return this.#clock.monotonic() < this.#lockedUntil;
  }

  /** The code that opened the session with this token; undefined when there is no such session. */
  codeOf(token: string | undefined): string | undefined {
    const session = this.#session;
    if (session === undefined || token === undefined || this.#clock.monotonic() >= session.until) return undefined;
    const given = Buffer.from(token, "base64url");
    return given.length === session.token.length && timingSafeEqual(given, session.token) ? session.code : undefined;
  }

  /** Whether a session is open. */
  get open(): boolean {
    return this.#session !== undefined && this.#clock.monotonic() < this.#session.until;
  }

  leave(): void {
    this.#session = undefined;
  }

  #takeOwnCode(code: string): boolean {
    const file = codeFileSchema.safeParse(this.#kept.read(CODE_FILE)).data;
    if (file === undefined || this.#clock.now() > file.expiresAt) return false;
    if (!timingSafeEqual(hash(code), Buffer.from(file.sha256, "hex"))) return false;
    rmSync(this.#kept.path(CODE_FILE), { force: true });
    return true;
  }
}

function hash(code: string): Buffer {
  return createHash("sha256").update(code).digest();
}
