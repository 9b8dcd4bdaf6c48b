import type { FastifyInstance, FastifyReply } from "fastify";
import { DRAFT_PATH } from "../../base/contracts/hand-off-code.ts";
import type { Logger } from "../../base/log.ts";
import type { Verifier } from "../connectors/connector.ts";
import type { PhoneDocument } from "../delivery/documents.ts";
import { amended, type Draft } from "../delivery/drafts.ts";
import type { Links } from "../delivery/links.ts";
import {
  documentPage,
  draftPage,
  draftSavedPage,
  invitationPage,
  PAGE_HEADERS,
  type PageProblem,
  problemPage,
  turnPage,
  verificationPage,
} from "../delivery/page.ts";
import type { TurnFinder } from "../part.ts";
import type { WrongTries } from "./wrong-tries.ts";

export type PublicRoutesOptions = {
  readonly links: Links<PhoneDocument>;
  readonly drafts: Links<Draft>;
  /** Where phones reach these pages. */
  readonly publicUrl: () => string;
  /** How long a draft that a phone has changed waits for a kiosk, milliseconds. */
  readonly draftLife: number;
  readonly verifiers: ReadonlyMap<string, Verifier>;
  readonly turn: TurnFinder | undefined;
  readonly tries: WrongTries;
  readonly log: Logger;
  readonly stopping: AbortSignal;
};

const STATUS: Readonly<Record<PageProblem, number>> = {
  absent: 404,
  used: 410,
  expired: 410,
  "too-many": 429,
  "not-found": 404,
  failure: 500,
};

/** Bytes: thirty fields of two hundred characters, as forms write them. */
const FORM_LIMIT = 64 * 1024;

const folioShape = /^[A-Za-z0-9-]{1,40}$/;

/** The pages for citizens' phones: no client certificate, no scripts, Spanish. */
export function publicRoutes(app: FastifyInstance, options: PublicRoutesOptions): void {
  const { links, drafts, draftLife, verifiers, turn, tries, log } = options;

  app.removeAllContentTypeParsers();
  // Only a draft's form has fields; whatever else a browser sends is not read.
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: 1024 }, (_request, _body, done) => done(null));
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
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

  app.get<{ Params: { code: string } }>("/b/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "draft", "too-many");
    const state = drafts.look(request.params.code);
    if (state === "absent") tries.add(request.ip);
    if (state !== "waiting") return show(reply, "draft", state);
    return reply.headers(PAGE_HEADERS).send(invitationPage("draft"));
  });

  /** Opening uses the code up; the form that is shown goes to a new one, which only this phone knows. */
  app.post<{ Params: { code: string } }>("/b/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "draft", "too-many");
    const draft = drafts.open(request.params.code);
    if (draft === "absent") tries.add(request.ip);
    if (typeof draft === "string") return show(reply, "draft", draft);
    const { code } = drafts.create(draft, draftLife);
    log("gateway.page", { page: "draft", result: "opened" });
    return reply.headers(PAGE_HEADERS).send(draftPage(draft, code));
  });

  app.post<{ Params: { code: string } }>("/b/:code/guardar", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "draft", "too-many");
    const draft = drafts.open(request.params.code);
    if (draft === "absent") tries.add(request.ip);
    if (typeof draft === "string") return show(reply, "draft", draft);
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const { code } = drafts.create(amended(draft, form), draftLife);
    log("gateway.page", { page: "draft", result: "saved" });
    return reply.headers(PAGE_HEADERS).send(draftSavedPage(code, `${options.publicUrl()}${DRAFT_PATH}/${code}`));
  });

  app.get<{ Params: { folio: string } }>("/t/:folio", async (request, reply) => {
    if (tries.exceeded(request.ip)) return show(reply, "turn", "too-many");
    const { folio } = request.params;
    if (turn === undefined || !folioShape.test(folio)) return show(reply, "turn", "not-found");
    const found = await turn(folio.toUpperCase(), options.stopping);
    if (!found.ok) return show(reply, "turn", "failure");
    if (found.value === undefined) {
      tries.add(request.ip);
      return show(reply, "turn", "not-found");
    }
    log("gateway.page", { page: "turn", result: found.value.kind });
    return reply.headers(PAGE_HEADERS).send(turnPage(found.value));
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
