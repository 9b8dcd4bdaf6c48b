import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../../base/log.ts";
import type { ClaveUnica } from "../connectors/claveunica.ts";
import { headersLeadingTo, PAGE_HEADERS } from "../delivery/page.ts";
import { confirmedPage, confirmPage, endingPage, type LoginEnding, startPage } from "../login/login-pages.ts";
import type { Logins } from "../login/logins.ts";
import { LOGIN_RETURN } from "../operations.ts";
import type { Records } from "../store/records.ts";
import type { WrongTries } from "./wrong-tries.ts";

export type LoginRoutesOptions = {
  readonly logins: Logins;
  readonly claveUnica: ClaveUnica;
  readonly records: Records;
  readonly tries: WrongTries;
  readonly log: Logger;
};

const CONFIRM = "/claveunica/confirm";
/** `__Host-`: only this origin, only over TLS. */
const COOKIE = "__Host-login";

const STATUS: Readonly<Record<LoginEnding, number>> = {
  "wrong-number": 403,
  declined: 200,
  refused: 403,
  unavailable: 503,
  absent: 404,
  taken: 409,
  over: 410,
  "too-many": 429,
};

type Code = { readonly Params: { readonly code: string } };

/** `/c/<code>` and what follows it: a citizen's phone on its way through ClaveÚnica and back. */
export function loginRoutes(app: FastifyInstance, options: LoginRoutesOptions): void {
  const { logins, claveUnica, records, tries, log } = options;

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 1024 },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );

  const end = (reply: FastifyReply, page: string, ending: LoginEnding) => {
    log("gateway.page", { page, result: ending });
    return reply.code(STATUS[ending]).headers(PAGE_HEADERS).send(endingPage(ending));
  };
  const show = (reply: FastifyReply, page: string, result: string, body: string) => {
    log("gateway.page", { page, result });
    return reply.headers(PAGE_HEADERS).send(body);
  };

  app.get<Code>("/c/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return end(reply, "login", "too-many");
    const looked = logins.look(request.params.code, phoneOf(request));
    if (looked === "absent") tries.add(request.ip);
    if (typeof looked === "string") return end(reply, "login", looked);
    return reply.headers(headersLeadingTo(claveUnica.origin)).send(startPage(looked));
  });

  app.post<Code>("/c/:code", async (request, reply) => {
    if (tries.exceeded(request.ip)) return end(reply, "login", "too-many");
    const opened = logins.open(request.params.code, phoneOf(request));
    if (opened === "absent") tries.add(request.ip);
    if (typeof opened === "string") return end(reply, "login", opened);
    log("gateway.page", { page: "login", result: "opened" });
    return reply
      .headers(headersLeadingTo(claveUnica.origin))
      .header("set-cookie", `${COOKIE}=${opened.phone}; Path=/; Secure; HttpOnly; SameSite=Lax`)
      .redirect(claveUnica.authorizeUrl(opened.state), 303);
  });

  app.get<{ Querystring: { readonly [name: string]: unknown } }>(LOGIN_RETURN, async (request, reply) => {
    const { state, error } = request.query;
    if (typeof state !== "string") return end(reply, "login-return", "absent");
    const login = logins.takeState(state, phoneOf(request));
    if (typeof login === "string") return end(reply, "login-return", login);
    if (error === "access_denied") {
      login.end("declined");
      return end(reply, "login-return", "declined");
    }
    const person = await claveUnica.person(request.url.slice(request.url.indexOf("?")), state);
    if (!person.ok) {
      login.end(person.error);
      return end(reply, "login-return", person.error);
    }
    if (!login.loggedIn(person.value)) return end(reply, "login-return", "over");
    log("gateway.page", { page: "login-return", result: "logged-in" });
    // The address with the code in it does not stay in the phone's history.
    return reply.headers(PAGE_HEADERS).redirect(CONFIRM, 303);
  });

  app.get(CONFIRM, async (request, reply) => {
    const waiting = logins.toConfirm(phoneOf(request));
    if (typeof waiting === "string") return end(reply, "login-confirm", waiting);
    return show(reply, "login-confirm", "asked", confirmPage(waiting, waiting.person.name));
  });

  app.post(CONFIRM, async (request, reply) => {
    const number = request.body instanceof URLSearchParams ? request.body.get("number") : null;
    const confirmed = logins.confirm(phoneOf(request), number === null || number === "" ? undefined : number);
    if (typeof confirmed === "string") return end(reply, "login-confirm", confirmed);
    records.access(confirmed.person.run, confirmed.kiosk, confirmed.about);
    return show(reply, "login-confirm", "confirmed", confirmedPage(claveUnica.logoutUrl));
  });
}

function phoneOf(request: FastifyRequest): string | undefined {
  const cookies = (request.headers.cookie ?? "").split("; ");
  return cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
