import { readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { ask } from "../http.ts";
import type { AgentFile, KioskFile } from "../kiosk-files.ts";
import { type ProgramOutcome, type Programs, runAgent } from "../programs.ts";
import { plain } from "../text.ts";
import { type Check, type Finding, fail, notRun, pass } from "./check.ts";

const ANSWER_WITHIN = 20_000;
/** Signatures bear five minutes, papers should not; milliseconds. */
const CLOCK_TOLERANCE = 120_000;

export type NetworkChecksOptions = {
  readonly kiosk: KioskFile;
  /** Undefined: this kiosk belongs to no fleet. */
  readonly agent: AgentFile | undefined;
  readonly programs: Programs;
  readonly clock: Clock;
};

/** Gateway and fleet server, each with the kiosk's own identity, and the clock against theirs. */
export function networkChecks({ kiosk, agent, programs, clock }: NetworkChecksOptions): Check[] {
  let probing: Promise<ProgramOutcome> | undefined;
  const probe = (settings: AgentFile, signal: AbortSignal) => {
    const { server, serverCa, identity } = settings;
    const trust = serverCa === undefined ? [] : ["--ca", serverCa];
    const command = ["probe", "--server", server, ...trust];
    probing ??= runAgent(programs, identity, command, { clock, within: ANSWER_WITHIN, signal });
    return probing;
  };
  return [
    {
      check: "network.gateway",
      title: { es: "Conexión con las instituciones", en: "Connection to the institutions" },
      run: (signal) => gateway(kiosk, clock, signal),
    },
    {
      check: "network.fleet",
      title: { es: "Conexión con la flota", en: "Connection to the fleet" },
      run: async (signal) => {
        if (agent === undefined) return notRun(NO_FLEET);
        const answer = await probe(agent, signal);
        if (answer.outcome !== "ok") return fail(answer.error);
        return answer.result.mutualTls === false
          ? pass({
              es: "aceptado; algo en el camino inspecciona TLS",
              en: "accepted; something in the path inspects TLS",
            })
          : pass({ es: "aceptado por el servidor", en: "accepted by the server" });
      },
    },
    {
      check: "clock",
      title: { es: "Reloj", en: "Clock" },
      run: async (signal) => {
        if (agent === undefined) return notRun(NO_FLEET);
        const answer = await probe(agent, signal);
        const ahead = answer.outcome === "ok" ? answer.result.clockAhead : undefined;
        if (typeof ahead !== "number")
          return notRun({ es: "el servidor no dijo su hora", en: "the server did not tell its time" });
        return judgeClock(ahead);
      },
    },
  ];
}

const NO_FLEET = { es: "sin servidor de flota en la configuración", en: "no fleet server in the configuration" };

/** @param ahead milliseconds that this machine's clock is before the server's. */
function judgeClock(ahead: number): Finding {
  const seconds = Math.round(ahead / 1000);
  if (Math.abs(ahead) > CLOCK_TOLERANCE) return fail(coded("readiness.clock-wrong", `${seconds} s`));
  return pass(plain(`${seconds >= 0 ? "+" : ""}${seconds} s`));
}

async function gateway({ gateway: settings }: KioskFile, clock: Clock, signal: AbortSignal): Promise<Finding> {
  const tls = readIdentity(settings);
  if (!tls.ok) return fail(tls.error);
  const url = new URL("/v1/health", settings.url).href;
  const answer = await ask({ method: "GET", url, tls: tls.value, within: ANSWER_WITHIN, signal, clock });
  if (!answer.ok) return fail(coded("readiness.gateway-unreachable", `${settings.url}: ${answer.error.cause}`));
  const { status } = answer.value;
  if (status === 401 || status === 403) return fail(coded("readiness.gateway-refused", `status ${status}`));
  return status < 400
    ? pass({ es: "responde y acepta la identidad", en: "answers and accepts the identity" })
    : fail(coded("readiness.gateway-unreachable", `${settings.url}: status ${status}`));
}

function readIdentity({
  ca,
  certificate,
  key,
}: KioskFile["gateway"]): Result<{ ca?: string; cert?: string; key?: string }, CodedError> {
  try {
    const read = (file: string) => readFileSync(file, "utf8");
    return ok({
      ...(ca === undefined ? {} : { ca: read(ca) }),
      ...(certificate === undefined ? {} : { cert: read(certificate) }),
      ...(key === undefined ? {} : { key: read(key) }),
    });
  } catch (error) {
    return err(coded("readiness.gateway-identity", error instanceof Error ? error.message : String(error)));
  }
}
