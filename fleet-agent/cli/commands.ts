import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Clock } from "../../base/clock.ts";
import { readinessReportSchema } from "../../base/contracts/fleet/readiness.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { enrol } from "../identity/enrol.ts";
import { openIdentity } from "../identity/identity.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import type { ServerTrust } from "../identity/server-trust.ts";
import { ServerClient } from "../server-link/client.ts";

export const OPTIONS = {
  server: { type: "string" },
  code: { type: "string" },
  ca: { type: "string" },
  "ca-fingerprint": { type: "string" },
  identity: { type: "string" },
  replace: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export type Values = {
  readonly [N in keyof typeof OPTIONS]?: (typeof OPTIONS)[N]["type"] extends "boolean" ? boolean : string;
};

export type Outcome =
  | { readonly outcome: "ok"; readonly result: Readonly<Record<string, unknown>> }
  | { readonly outcome: "error"; readonly error: CodedError };

type Context = {
  readonly file: string | undefined;
  readonly values: Values;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

export const COMMANDS = {
  enrol: async ({ values, clock, signal }: Context) => {
    const { identity, server, code } = values;
    if (identity === undefined || server === undefined || code === undefined)
      return missing("--identity, --server and --code");
    const trust = trustOf(values);
    if (!trust.ok) return failed(trust.error);
    const done = await enrol({
      ...{ directory: identity, server, code, trust: trust.value, machine: machine(), clock, signal },
      replace: values.replace === true,
    });
    return done.ok ? { outcome: "ok", result: done.value } : failed(done.error);
  },

  identity: async (context: Context) =>
    withIdentity(context, async ({ kiosk, place, expires }) => ok({ kiosk, place, expires: expires.value })),

  /** What the guard of releases is to believe from now on: the root of trust that came with the enrolment. */
  trust: async (context: Context) => withIdentity(context, async ({ root }) => ok({ root })),

  probe: async (context: Context) =>
    withServer(context, async (client) => {
      const reply = await client.request({ method: "GET", path: "/device/v1/desired", signal: context.signal });
      if (!reply.ok) return err(reply.error.error);
      const date = Date.parse(reply.value.headers.date ?? "");
      const { clockOffset, mutualTls } = client.security.value;
      // What a refused signature taught is exact; the answer's date is good to a second.
      const ahead = clockOffset ?? (Number.isNaN(date) ? null : context.clock.now() - date);
      return ok({ accepted: true, clockAhead: ahead, mutualTls });
    }),

  "sign-report": async (context: Context) => {
    if (context.file === undefined) return missing("the report's file");
    let text: string;
    try {
      text = readFileSync(context.file, "utf8");
    } catch (error) {
      return failed(coded("common.bad-input", error instanceof Error ? error.message : context.file));
    }
    const report = readinessReportSchema.safeParse(parseJson(text));
    if (!report.success)
      return failed(
        coded("common.bad-input", `${context.file}: ${report.error.issues[0]?.path.join(".") || "no JSON"}`),
      );
    return withServer(context, async (client) => {
      const path = "/device/v1/readiness";
      const reply = await client.request({ method: "POST", path, body: report.data, signal: context.signal });
      return reply.ok ? ok({ uploaded: report.data.id }) : err(reply.error.error);
    });
  },
} as const satisfies Record<string, (context: Context) => Promise<Outcome>>;

type Answer = Promise<Result<Readonly<Record<string, unknown>>, CodedError>>;

async function withIdentity({ values, clock }: Context, work: (identity: KioskIdentity) => Answer): Promise<Outcome> {
  if (values.identity === undefined) return missing("--identity");
  const identity = openIdentity(values.identity, clock);
  if (!identity.ok) return failed(identity.error);
  const done = await work(identity.value);
  return done.ok ? { outcome: "ok", result: done.value } : failed(done.error);
}

function withServer(context: Context, work: (client: ServerClient) => Answer): Promise<Outcome> {
  return withIdentity(context, async (identity) => {
    const { server, ca } = context.values;
    if (server === undefined || !URL.canParse(server)) return err(coded("common.bad-input", "--server is an address"));
    const authority = ca === undefined ? ok(undefined) : readPem(ca);
    if (!authority.ok) return authority;
    const client = new ServerClient({ url: server, ca: authority.value, identity, clock: context.clock });
    try {
      return await work(client);
    } finally {
      client.close();
    }
  });
}

function trustOf(values: Values): Result<ServerTrust, CodedError> {
  if (values.ca !== undefined && values["ca-fingerprint"] !== undefined)
    return err(coded("common.bad-input", "one of --ca and --ca-fingerprint"));
  if (values["ca-fingerprint"] !== undefined) return ok({ kind: "fingerprint", sha256: values["ca-fingerprint"] });
  if (values.ca === undefined) return ok({ kind: "system" });
  const pem = readPem(values.ca);
  return pem.ok ? ok({ kind: "authority", pem: pem.value }) : pem;
}

function readPem(file: string): Result<string, CodedError> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return err(coded("common.bad-input", `--ca: ${error instanceof Error ? error.message : file}`));
  }
}

/** How people recognise the machine; what the firmware keeps to itself is left out. */
function machine() {
  const read = (file: string) => {
    try {
      return readFileSync(`/sys/class/dmi/id/${file}`, "utf8").trim() || undefined;
    } catch {
      return undefined;
    }
  };
  const [serial, product] = [read("product_serial"), read("product_name")];
  return {
    hostname: hostname(),
    platform: `${process.platform}-${process.arch}`,
    ...(serial === undefined ? {} : { serial }),
    ...(product === undefined ? {} : { product }),
  };
}

function failed(error: CodedError): Outcome {
  return { outcome: "error", error };
}

function missing(what: string): Outcome {
  return failed(coded("common.bad-input", `${what} is missing`));
}
