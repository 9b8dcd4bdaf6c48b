import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Programs, runAgent } from "../programs.ts";
import type { Text } from "../text.ts";
import { layGuardTrust } from "./guard-trust.ts";

export type Enrolment = {
  readonly server: string;
  /** As typed. */
  readonly code: string;
  /** PEM file of the authority of the server's certificate. */
  readonly ca?: string;
  /** SHA-256 of it, as the console shows it. */
  readonly fingerprint?: string;
  /** Gives up the identity that is there. */
  readonly replace?: boolean;
};

export type EnrolContext = {
  /** Directory of the identity. */
  readonly identity: string;
  /** Directory of what the guard of releases believes; undefined where there is no guard. */
  readonly guardTrust?: string | undefined;
  readonly programs: Programs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

const enrolledSchema = z.object({ kiosk: z.string(), place: z.string() });
const identitySchema = enrolledSchema.extend({ expires: z.number() });
export type Identity = z.infer<typeof identitySchema>;

/** Longer than the enrolment's own deadline. */
const WITHIN = 50_000;

/** Who this kiosk is; undefined when it is not enrolled. */
export async function readIdentity(context: EnrolContext): Promise<Result<Identity | undefined, CodedError>> {
  const { identity, programs, clock, signal } = context;
  const ended = await runAgent(programs, identity, ["identity"], { clock, signal, within: WITHIN });
  if (ended.outcome !== "ok") return ended.error.code === "identity.absent" ? ok(undefined) : err(ended.error);
  const parsed = identitySchema.safeParse(ended.result);
  return parsed.success ? ok(parsed.data) : err(coded("provision.program-failed", "identity"));
}

/**
 * Gets this machine its identity. The same again changes nothing.
 *
 * @returns who it is, and whether it was so before.
 */
export async function enrolKiosk(
  { server, code, ca, fingerprint, replace }: Enrolment,
  context: EnrolContext,
): Promise<Result<Pick<Identity, "kiosk" | "place"> & { readonly before: boolean }, CodedError>> {
  const { identity, programs, clock, signal } = context;
  const present = replace === true ? ok(undefined) : await readIdentity(context);
  if (!present.ok) return present;
  if (present.value !== undefined) {
    const kept = await layTrust("keep", context);
    return kept.ok ? ok({ ...present.value, before: true }) : kept;
  }
  const command = [
    ...["enrol", "--server", server, "--code", code],
    ...(ca === undefined ? [] : ["--ca", ca]),
    ...(fingerprint === undefined ? [] : ["--ca-fingerprint", fingerprint]),
    ...(replace === true ? ["--replace"] : []),
  ];
  const ended = await runAgent(programs, identity, command, { clock, signal, within: WITHIN });
  if (ended.outcome !== "ok") return err(ended.error);
  const parsed = enrolledSchema.safeParse(ended.result);
  if (!parsed.success) return err(coded("provision.program-failed", "enrol"));
  const laid = await layTrust("renew", context);
  return laid.ok ? ok({ ...parsed.data, before: false }) : laid;
}

async function layTrust(how: "keep" | "renew", context: EnrolContext): Promise<Result<void, CodedError>> {
  const { guardTrust, identity, programs, clock, signal } = context;
  if (guardTrust === undefined) return ok();
  const ended = await runAgent(programs, identity, ["trust"], { clock, signal, within: WITHIN });
  if (ended.outcome !== "ok") return err(ended.error);
  const { root } = ended.result;
  return root === undefined
    ? err(coded("provision.program-failed", "trust"))
    : layGuardTrust({ directory: guardTrust, root, how });
}

/** What else a technician can look at, by the cause in the error's detail. */
export function hintsOf({ code, message }: CodedError): Text[] {
  const hints: Text[] = [];
  const hint = (fits: RegExp, es: string, en: string) => (fits.test(message) ? hints.push({ es, en }) : undefined);
  if (!code.startsWith("identity.") && code !== "common.deadline") return hints;
  hint(
    /CERT_NOT_YET_VALID|CERT_HAS_EXPIRED/,
    "El certificado parece no valer hoy: mire el reloj de este equipo (date) y póngalo en hora.",
    "The certificate seems not valid today: look at this machine's clock (date) and set it.",
  );
  hint(
    /ENOTFOUND|EAI_AGAIN/,
    "El nombre del servidor no se encuentra: revise la dirección y el DNS de la red.",
    "The server's name is not found: check the address and the network's DNS.",
  );
  hint(
    /ECONNREFUSED/,
    "Ahí no escucha nadie: revise la dirección y el número de puerto.",
    "Nobody listens there: check the address and the port number.",
  );
  hint(
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TIMEOUT| ms\)| s\)/,
    "La red no responde: revise el cable, y si hay un cortafuegos que cierra la salida a ese puerto.",
    "The network does not answer: check the cable, and whether a firewall closes the way out to that port.",
  );
  hint(
    /status (?:407|403|502|503)/,
    "Respondió otro que el servidor, quizás un proxy: pida que deje pasar esta dirección sin inspección.",
    "Somebody else than the server answered, perhaps a proxy: ask that this address may pass without inspection.",
  );
  hint(
    /UNABLE_TO|SELF_SIGNED|fingerprint/,
    "Dé la huella de la CA que muestra la consola con --ca-fingerprint, o su archivo con --ca.",
    "Give the CA's fingerprint that the console shows with --ca-fingerprint, or its file with --ca.",
  );
  return hints;
}
