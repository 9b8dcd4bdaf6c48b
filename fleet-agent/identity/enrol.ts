import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Agent, request } from "undici";
import type { Clock } from "../../base/clock.ts";
import {
  deviceFailureSchema,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentAnswerSchema,
  enrolmentCodeSchema,
} from "../../base/contracts/fleet/identity.ts";
import { withDeadline } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import { newPrivateKey, publicKeyOf } from "../../base/node/certificates.ts";
import { replaceFile, syncDirectory } from "../../base/node/replace-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../../base/registry/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { makeCertificateRequest } from "./certificate-request.ts";
import { faultOf, readIdentityFile, writeIdentityFile } from "./identity-file.ts";
import { authoritiesOf, type ServerTrust } from "./server-trust.ts";

const DEADLINE = 30_000;
/** The trusted root metadata is the largest part. */
const LONGEST_ANSWER = 1_000_000;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export type EnrolmentOptions = {
  /** Directory of the identity; made when it is missing, mode 0700. */
  readonly directory: string;
  /** Address of the fleet server for devices, without a path. Plain http for loopback only. */
  readonly server: string;
  /** As typed: case, spaces and letters that look like digits do not matter. */
  readonly code: string;
  readonly trust: ServerTrust;
  readonly machine: EnrolmentRequest["machine"];
  /** Gives up an identity that is there. */
  readonly replace?: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
};

/**
 * Gets this machine its identity with a one-time code. The key is on disk before anything is sent and is used again when the same
 * code is tried again, so that a lost answer costs nothing; the identity becomes valid in one step.
 */
export async function enrol(
  options: EnrolmentOptions,
): Promise<Result<{ readonly kiosk: string; readonly place: string }, CodedError>> {
  const { directory } = options;
  const code = enrolmentCodeSchema.safeParse(normaliseCode(options.code));
  if (!code.success) return err(coded("common.bad-input", "one-time code: twelve letters and digits"));
  const server = URL.parse("/device/v1/enrolment", options.server);
  if (server === null) return err(coded("common.bad-input", "the server's address"));
  if (server.protocol !== "https:" && !(server.protocol === "http:" && LOOPBACK.has(server.hostname)))
    return err(coded("identity.server-insecure", options.server));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const present = readIdentityFile(directory);
  if (present.ok && options.replace !== true) return err(coded("identity.already-enrolled", present.value.kiosk));

  const key = await pendingKey(directory);
  const csr = await makeCertificateRequest(key);
  const answer = await ask(server, { code: code.data, csr, machine: options.machine }, options);
  if (!answer.ok) return answer;
  const fault = faultOf({ ...answer.value, key });
  if (fault !== undefined) return err(coded("identity.answer-wrong", fault));
  writeIdentityFile(directory, { ...answer.value, key });
  rmSync(pendingPath(directory));
  syncDirectory(directory);
  return ok({ kiosk: answer.value.kiosk, place: answer.value.place });
}

/** Crockford's base 32 as people type it. */
export function normaliseCode(typed: string): string {
  const symbols = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll(/[IL]/g, "1").replaceAll("O", "0");
  return symbols.replaceAll(/(.{4})(?=.)/g, "$1-");
}

const pendingPath = (directory: string) => join(directory, "enrolment.key");

/** The key of an enrolment that did not end, or a new one; durable before it is used. */
async function pendingKey(directory: string): Promise<string> {
  try {
    const pem = readFileSync(pendingPath(directory), "utf8");
    publicKeyOf(pem);
    return pem;
  } catch {
    // None, or one that a power cut spoiled before it was ever used.
    const key = await newPrivateKey();
    replaceFile(pendingPath(directory), key, 0o600);
    return key;
  }
}

async function ask(
  server: URL,
  body: EnrolmentRequest,
  { trust, clock, signal }: EnrolmentOptions,
): Promise<Result<EnrolmentAnswer, CodedError>> {
  const authorities = server.protocol === "https:" ? await authoritiesOf(trust, server, clock, signal) : ok([]);
  if (!authorities.ok) return authorities;
  const dispatcher = new Agent({ connect: { ca: authorities.value }, maxResponseSize: LONGEST_ANSWER });
  try {
    return await withDeadline(clock, DEADLINE, signal, "enrolment", async (inner) => {
      const response = await request(server, {
        ...{ dispatcher, signal: inner, method: "POST", body: JSON.stringify(body) },
        headers: { "content-type": "application/json" },
      });
      return readAnswer(response.statusCode, await response.body.text());
    });
  } catch (error) {
    return err(connectionError(error));
  } finally {
    await dispatcher.destroy();
  }
}

function readAnswer(status: number, text: string): Result<EnrolmentAnswer, CodedError> {
  const value = parseJson(text);
  if (status === 200) {
    const answer = enrolmentAnswerSchema.safeParse(value);
    if (answer.success) return ok(answer.data);
    return err(coded("identity.answer-wrong", answer.error.issues[0]?.path.join(".") || "no JSON"));
  }
  const failure = deviceFailureSchema.safeParse(value);
  if (failure.success && isErrorCode(failure.data.code)) return err(coded(failure.data.code));
  return err(coded("identity.answer-wrong", `HTTP status ${status}`));
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** OpenSSL's and Node's names of what can be wrong with a certificate. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|INVALID_(?:CA|PURPOSE)/;

function connectionError(error: unknown): CodedError {
  const cause = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return coded(CERTIFICATE_FAULT.test(cause) ? "identity.server-not-trusted" : "identity.server-unreachable", cause);
}
