import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import cookie from "@fastify/cookie";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "../../base/clock.ts";
import {
  WIZARD_ACTS,
  WIZARD_HEADER,
  type WizardAct,
  type WizardAnswer,
  type WizardInput,
  type WizardState,
} from "../../base/contracts/wizard.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { actionOf, meaningOf } from "../spanish.ts";
import type { Text } from "../text.ts";
import type { Entry } from "./entry.ts";
import type { Wizard } from "./wizard.ts";

export type WizardServerOptions = {
  readonly wizard: Wizard;
  readonly entry: Entry;
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  /** Folder of the built page. */
  readonly page: string;
  readonly clock: Clock;
  /** The technician has finished. */
  readonly onFinish: () => void;
};

export type WizardServer = { readonly url: string; close(): Promise<void> };

const COOKIE = "wizard";
/** A page asks for the state more often than this, milliseconds; one that does not is none. */
const PAGE_WITHIN = 5_000;
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
};

/** The wizard's page and its acts, for the kiosk's own screen: on loopback only, and nothing without a code. */
export async function startWizardServer(options: WizardServerOptions): Promise<WizardServer> {
  const { wizard, entry, clock } = options;
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 16_384 });
  app.removeContentTypeParser("text/plain");
  await app.register(cookie);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (!isOwnPage(request)) await reply.code(403).send({ message: "Only the wizard's own page on this machine." });
  });
  const codeOf = (request: FastifyRequest) => entry.codeOf(request.cookies[COOKIE]);

  let lookedAt = Number.NEGATIVE_INFINITY;
  // As the runtime's: whoever keeps the window alive asks both alike.
  app.get("/health", () => ({ part: "wizard", shells: clock.monotonic() - lookedAt < PAGE_WITHIN ? 1 : 0 }));
  app.get("/api/state", (request): WizardState => {
    lookedAt = clock.monotonic();
    const code = codeOf(request);
    return { open: code === undefined ? null : wizard.state(), entry: wizard.enrolled ? "own" : "enrolment" };
  });

  app.post<{ Params: { act: string } }>("/api/:act", async (request, reply) => {
    const { act } = request.params;
    if (!isAct(act)) return reply.code(404).send({ message: "There is no such act." });
    const input = WIZARD_ACTS[act].safeParse(request.body);
    if (!input.success) return tell(reply, err(coded("common.bad-input", input.error.issues[0]?.path.join(".") ?? "")));
    if (act === "enter") {
      const entered = entry.enter((input.data as WizardInput<"enter">).code, wizard.enrolled);
      if (!entered.ok) return tell(reply, entered);
      reply.setCookie(COOKIE, entered.value, { httpOnly: true, sameSite: "strict", path: "/" });
      return tell(reply, ok({ es: "Adelante.", en: "Come in." }));
    }
    const code = codeOf(request);
    if (code === undefined) return tell(reply, err(coded("provision.code-wrong")));
    // The last answer leaves before the server does.
    if (act === "finish") reply.raw.once("finish", options.onFinish);
    return tell(reply, await perform(options, act, input.data, code));
  });

  servePage(app, options.page);
  await app.listen({ host: "127.0.0.1", port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}

async function perform(
  { wizard, entry }: WizardServerOptions,
  act: Exclude<WizardAct, "enter">,
  input: unknown,
  code: string,
): Promise<Result<Text, CodedError>> {
  if (act === "enrol") {
    if (entry.locked) return err(coded("provision.locked"));
    const enrolled = await wizard.enrol(input as WizardInput<"enrol">, code);
    if (!enrolled.ok && enrolled.error.code === "identity.code-refused") {
      entry.wrongCode();
      entry.leave();
    }
    return enrolled;
  }
  // Before the fleet server has taken the code, whoever typed it may be anybody.
  if (!wizard.enrolled) return err(coded("identity.absent"));
  if (act === "finish") {
    entry.leave();
    return ok({ es: "Gracias.", en: "Thank you." });
  }
  const acts = {
    identify: () => wizard.identify(input as WizardInput<"identify">),
    bind: () => wizard.bind(input as WizardInput<"bind">),
    check: () => wizard.check(input as WizardInput<"check">),
    report: () => wizard.report(input as WizardInput<"report">),
  };
  return await acts[act]();
}

/** Neither a name that resolves to loopback nor another page in the same browser gets through. */
function isOwnPage({ headers, method }: FastifyRequest): boolean {
  const { host = "", origin } = headers;
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return method === "GET" || (origin !== undefined && headers[WIZARD_HEADER] === "1");
}

function isAct(act: string): act is WizardAct {
  return Object.hasOwn(WIZARD_ACTS, act);
}

function tell(reply: FastifyReply, result: Result<Text, CodedError>) {
  if (result.ok) return reply.send({ ok: true, said: result.value } satisfies WizardAnswer);
  const { error } = result;
  const status = error.code === "provision.locked" ? 429 : error.code === "provision.code-wrong" ? 401 : 409;
  const answer = { ok: false, code: error.code, meaning: meaningOf(error), action: actionOf(error.code) } as const;
  return reply.code(status).send(answer satisfies WizardAnswer);
}

function servePage(app: FastifyInstance, folder: string): void {
  app.get("/*", async (request, reply) => {
    const path = request.url.split("?")[0] ?? "/";
    const file = normalize(join(folder, path === "/" ? "index.html" : path));
    const type = TYPES[extname(file)];
    if (!file.startsWith(folder + sep) || type === undefined) return reply.code(404).send({ message: "No such page." });
    try {
      return await reply.type(type).send(readFileSync(file));
    } catch {
      return reply.code(404).send({ message: "No such page." });
    }
  });
}
