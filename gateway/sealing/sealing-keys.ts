import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { type SealedContent, type SealingKey, sealingKeySchema } from "../../base/contracts/outbox.ts";
import type { Logger } from "../../base/log.ts";
import { writeDurably } from "../../base/node/durable-file.ts";
import { openSubmission, type SealedPlace, type UnsealError } from "../../base/node/sealed-submission.ts";
import type { Result } from "../../base/result.ts";
import type { SealingConfig } from "../config.ts";

const keyFileSchema = z.array(z.strictObject({ ...sealingKeySchema.shape, d: z.string(), madeAt: z.number() }));
type HeldKey = z.infer<typeof keyFileSchema>[number];

type SealingKeysOptions = {
  /** Made with mode 0600. */
  readonly file: string;
  readonly config: SealingConfig;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * The keys to which kiosks seal what must wait. A new one is made before the newest grows old; each is destroyed at its end, and
 * with it whatever was sealed to it and never came. That end is earlier than the end of the memory for submissions' keys: what
 * was delivered once can never be delivered again after it was forgotten.
 */
export class SealingKeys {
  readonly #options: SealingKeysOptions;
  /** The newest first. */
  #keys: readonly HeldKey[];
  #rotating: Promise<void> | undefined;

  private constructor(options: SealingKeysOptions, keys: readonly HeldKey[]) {
    this.#options = options;
    this.#keys = keys;
  }

  /** @throws Error when the file is there and holds no keys: to make new ones would lose what was sealed to them. */
  static async open(options: SealingKeysOptions): Promise<SealingKeys> {
    const keys = new SealingKeys(options, readKeys(options.file));
    await keys.rotate();
    return keys;
  }

  /** Destroys keys that are past their end, and makes a new one when the newest has been offered long enough. */
  rotate(): Promise<void> {
    this.#rotating ??= this.#rotate().finally(() => {
      this.#rotating = undefined;
    });
    return this.#rotating;
  }

  /** Waits for a change of the file that is under way. */
  async stop(): Promise<void> {
    await this.#rotating?.catch(() => undefined);
  }

  async #rotate(): Promise<void> {
    const { clock, config, file, log } = this.#options;
    const now = clock.now();
    const held = this.#keys.filter(({ opensUntil }) => Date.parse(opensUntil) > now);
    const [newest] = held;
    const due = newest === undefined || now - newest.madeAt >= config.newKeyEvery;
    const keys = due ? [await makeKey(now, config), ...held] : held;
    if (keys.length === this.#keys.length && !due) return;
    const gone = this.#keys.filter(({ kid }) => keys.every((key) => key.kid !== kid));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    await writeDurably(file, `${JSON.stringify(keys)}\n`, 0o600);
    this.#keys = keys;
    for (const { kid } of gone) log("gateway.sealing-key", { kid, change: "destroyed" });
    if (due && keys[0] !== undefined) log("gateway.sealing-key", { kid: keys[0].kid, change: "made" });
  }

  /** The public parts that kiosks may seal to now. */
  offered(): readonly SealingKey[] {
    const now = this.#options.clock.now();
    return this.#keys
      .filter(({ sealUntil }) => Date.parse(sealUntil) > now)
      .map(({ kid, x, sealUntil, opensUntil }) => ({ kid, x, sealUntil, opensUntil }));
  }

  open(sealed: string, place: SealedPlace): Promise<Result<SealedContent, UnsealError>> {
    const now = this.#options.clock.now();
    return openSubmission(sealed, place, (wanted) => {
      const key = this.#keys.find(({ kid, opensUntil }) => kid === wanted && Date.parse(opensUntil) > now);
      return key && { kty: "OKP", crv: "X25519", x: key.x, d: key.d };
    });
  }
}

function readKeys(file: string): readonly HeldKey[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return keyFileSchema.parse(JSON.parse(text));
}

async function makeKey(now: number, { sealFor, openFor }: SealingConfig): Promise<HeldKey> {
  const { privateKey } = await generateKeyPair("ECDH-ES", { crv: "X25519", extractable: true });
  const { x = "", d = "" } = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint({ kty: "OKP", crv: "X25519", x });
  const until = (milliseconds: number) => new Date(now + milliseconds).toISOString();
  return { kid, x, d, madeAt: now, sealUntil: until(sealFor), opensUntil: until(openFor) };
}
