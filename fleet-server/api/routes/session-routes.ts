import type { z } from "zod";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { Cookies } from "../../access/cookies.ts";
import { DEMO_ACCOUNTS } from "../../access/first-staff.ts";
import type { OidcSignIn } from "../../access/oidc.ts";
import { refusalPage } from "../../access/refusal-page.ts";
import { operationsOf } from "../../access/roles.ts";
import type { Sessions, Visitor } from "../../access/sessions.ts";
import type { LocalSignIn } from "../../access/sign-in.ts";
import type { FleetContext } from "../../context.ts";
import { type sessionSchema, signInSchema } from "../contract/access.ts";
import { type Endpoint, endpoint, rawEndpoint } from "../endpoint.ts";
import { statusOf } from "../failures.ts";

export type SessionParts = {
  readonly sessions: Sessions;
  readonly local: LocalSignIn;
  readonly oidc: OidcSignIn | undefined;
  readonly cookies: () => Cookies;
  /** Called when a session has ended here. */
  readonly ended: (session: string) => void;
};

/** Signing in and out. */
export function sessionRoutes({ db, audit, settings }: FleetContext, parts: SessionParts): Endpoint[] {
  const { sessions, local, oidc, cookies } = parts;
  const described = ({ staff, name, roles, csrf }: Visitor): z.infer<typeof sessionSchema> => ({
    ...{ staff, name, roles: [...roles], csrf, demo: settings.demo },
    operations: operationsOf(roles),
  });
  return [
    endpoint("signInOptions", {
      summary: "The ways to sign in",
      handle: async () =>
        ok({
          local: true,
          oidc: settings.oidc === undefined ? null : { label: settings.oidc.label },
          demo: settings.demo,
          accounts: settings.demo ? [...DEMO_ACCOUNTS] : [],
        }),
    }),
    endpoint("signIn", {
      summary: "Signs in by name and password; the session is in the cookie",
      body: signInSchema,
      handle: async ({ body, request, reply }) => {
        const begun = await local.signIn(body, request.ip);
        if (!begun.ok) return begun;
        reply.setCookie(cookies().session, begun.value.token, cookies().sessionOptions);
        return ok(described(begun.value.visitor));
      },
    }),
    rawEndpoint("signInOidc", {
      summary: "Sends the browser to the identity provider",
      handle: async ({ reply }) => {
        if (oidc === undefined) return err(coded("console.not-found", "no identity provider is configured"));
        const begun = await oidc.begin();
        if (!begun.ok) {
          const { headers, body } = refusalPage(begun.error);
          return ok(await reply.code(statusOf(begun.error.code)).headers(headers).send(body));
        }
        reply.setCookie(cookies().flow, begun.value.flow, cookies().flowOptions);
        return ok(await reply.redirect(begun.value.url));
      },
    }),
    rawEndpoint("signInOidcCallback", {
      summary: "Takes the browser back from the identity provider",
      handle: async ({ request, reply }) => {
        if (oidc === undefined) return err(coded("console.not-found", "no identity provider is configured"));
        const question = request.url.indexOf("?");
        const query = question < 0 ? "" : request.url.slice(question);
        const begun = await oidc.finish(query, request.cookies[cookies().flow]);
        reply.clearCookie(cookies().flow, cookies().flowOptions);
        if (!begun.ok) {
          const { headers, body } = refusalPage(begun.error);
          return ok(await reply.code(statusOf(begun.error.code)).headers(headers).send(body));
        }
        reply.setCookie(cookies().session, begun.value.token, cookies().sessionOptions);
        return ok(await reply.redirect("/"));
      },
    }),
    endpoint("session", {
      summary: "Who is signed in, and what they may do",
      handle: async ({ visitor }) => ok(described(visitor)),
    }),
    endpoint("signOut", {
      summary: "Ends the session",
      handle: async ({ visitor, reply }) => {
        await db.transaction().execute(async (within) => {
          await sessions.end(visitor.session, within);
          const entry = { actor: visitor.staff, action: "staff.signed-out", subject: visitor.staff, details: {} };
          await audit.append(entry, within);
        });
        parts.ended(visitor.session);
        reply.clearCookie(cookies().session, cookies().sessionOptions);
        return ok(undefined);
      },
    }),
  ];
}
