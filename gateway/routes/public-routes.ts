import type { FastifyInstance, FastifyReply } from "fastify";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Verifier } from "../connectors/connector.ts";
import type { Links } from "../delivery/links.ts";
import {
  documentPage,
  invitationPage,
  PAGE_HEADERS,
  type PageProblem,
  problemPage,
  verificationPage,
} from "../delivery/page.ts";

export type PublicRoutesOptions = {
  readonly links: Links;
  readonly verifiers: ReadonlyMap<string, Verifier>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stopping: AbortSignal;
};

/** Wrong codes that one address may try within the window. A code is one of 5 × 10¹¹. */
const WRONG_TRIES = 20;
const WINDOW = 10 * 60 * 1000;

const STATUS: Readonly<Record<PageProblem, number>> = {
  absent: 404,
  used: 410,
  expired: 410,
  "too-many": 429,
  "not-found": 404,
  failure: 500,
};

const folioShape = /^[A-Za-z0-9-]{1,40}$/;

/** The pages for citizens' phones: no client certificate, no scripts, Spanish. */
export function publicRoutes(app: FastifyInstance, options: PublicRoutesOptions): void {
  const { links, verifiers, clock, log } = options;
  const tries = new WrongTries(clock);

  app.removeAllContentTypeParsers();
  // The form has no fields; whatever a browser sends with it is not read.
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: 1024 }, (_request, _body, done) => done(null));
  app.setErrorHandler((problem, request, reply) => {
    log("gateway.unexpected", { operation: "page", cause: problem instanceof Error ? problem.name : "unknown" });
    return show(reply, request.routeOptions.url ?? "none", "failure");
  });

  const show = (reply: FastifyReply, name: string, problem: PageProblem) => {
    log("gateway.page", { page: name, result: problem });
    return reply.code(STATUS[problem]).headers(PAGE_HEADERS).send(problemPage(problem));
  };

  app.get<{ Params: { code: string } }>("/d/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "document", "too-many");
    const state = links.look(request.params.code);
    if (state === "absent") tries.add(request.ip);
    if (state !== "waiting") return show(reply, "document", state);
    return reply.headers(PAGE_HEADERS).send(invitationPage());
  });

  app.post<{ Params: { code: string } }>("/d/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "document", "too-many");
    const opened = links.open(request.params.code);
    if (opened === "absent") tries.add(request.ip);
    if (typeof opened === "string") return show(reply, "document", opened);
    log("gateway.page", { page: "document", result: "opened" });
    return reply.headers(PAGE_HEADERS).send(documentPage(opened));
  });

  app.get<{ Params: { institution: string; folio: string }; Querystring: Record<string, unknown> }>(
    "/v/:institution/:folio",
    async (request, reply) => {
      if (tries.exceeded(request.ip)) return show(reply, "verification", "too-many");
      const { institution, folio } = request.params;
      const verify = verifiers.get(institution);
      const code = request.query.c;
      if (verify === undefined || !folioShape.test(folio) || typeof code !== "string" || !folioShape.test(code)) {
        return show(reply, "verification", "not-found");
      }
      const verified = await verify(folio, code, options.stopping);
      if (verified.ok && verified.value === undefined) tries.add(request.ip);
      const result = verified.ok ? (verified.value?.state ?? "absent") : verified.error.error.code;
      log("gateway.page", { page: "verification", result });
      const status = verified.ok ? (verified.value === undefined ? 404 : 200) : 503;
      const body = verificationPage(folio, verified.ok ? verified.value : "no-answer");
      return reply.code(status).headers(PAGE_HEADERS).send(body);
    },
  );
}

/** Counts wrong codes by address, so that codes cannot be tried in bulk. */
class WrongTries {
  readonly #clock: Clock;
  #since = 0;
  readonly #counts = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  exceeded(address: string): boolean {
    if (this.#clock.monotonic() - this.#since >= WINDOW) {
      this.#since = this.#clock.monotonic();
      this.#counts.clear();
    }
    return (this.#counts.get(address) ?? 0) >= WRONG_TRIES;
  }

  add(address: string): void {
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }
}
