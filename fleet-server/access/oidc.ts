import * as client from "openid-client";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Role, roleSchema } from "../api/contract/access.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";
import { addAccount } from "./accounts.ts";
import type { Sessions } from "./sessions.ts";
import type { Begun } from "./sign-in.ts";

/** Seconds that the provider may take for one answer. */
const TIMEOUT = 10;

const flowSchema = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });

const personSchema = z.looseObject({
  sub: z.string().min(1),
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
});

type OidcError = CodedError<"access.oidc-unavailable" | "access.oidc-refused" | "access.no-role">;

/**
 * Signs staff in at an OpenID provider: authorization code flow with PKCE (RFC 7636), `state` and `nonce` (OpenID Connect
 * Core 1.0 §3.1). Roles come from the groups claim at each sign-in; who has none gets no session.
 */
export class OidcSignIn {
  readonly #context: FleetContext;
  readonly #settings: NonNullable<FleetContext["settings"]["oidc"]>;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #sessions: Sessions;
  readonly #redirectUri: () => string;
  #provider: Promise<client.Configuration> | undefined;

  /** @throws ZodError when the configuration gives a group a role that does not exist. */
  constructor(
    context: FleetContext,
    settings: NonNullable<FleetContext["settings"]["oidc"]>,
    sessions: Sessions,
    redirectUri: () => string,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#roles = new Map(Object.entries(z.record(z.string(), roleSchema).parse(settings.roles)));
    this.#sessions = sessions;
    this.#redirectUri = redirectUri;
  }

  /** Where to send the browser, and what it must bring back in a cookie. */
  async begin(): Promise<Result<{ readonly url: string; readonly flow: string }, OidcError>> {
    const provider = await this.#discover();
    if (!provider.ok) return provider;
    const flow = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(provider.value, {
      redirect_uri: this.#redirectUri(),
      scope: this.#settings.scope,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: "S256",
    });
    return ok({ url: url.href, flow: Buffer.from(JSON.stringify(flow)).toString("base64url") });
  }

  /**
   * @param query as the provider sent it, `?` included.
   * @param flow the cookie of `begin`.
   */
  async finish(query: string, flow: string | undefined): Promise<Result<Begun, OidcError>> {
    const kept = flowSchema.safeParse(parseJson(Buffer.from(flow ?? "", "base64url").toString()));
    if (!kept.success)
      return this.#refuse("access.oidc-refused", "no sign-in was begun in this browser, or too long ago");
    const provider = await this.#discover();
    if (!provider.ok) return provider;
    let claims: Record<string, unknown>;
    try {
      claims = await this.#claims(provider.value, query, kept.data);
    } catch (problem) {
      return this.#refuse("access.oidc-refused", causeOf(problem));
    }
    const person = personSchema.safeParse(claims);
    if (!person.success) return this.#refuse("access.oidc-refused", "claims");
    const groups = z.array(z.string()).safeParse(claims[this.#settings.groupsClaim]);
    const roles = groups.success ? groups.data.flatMap((group) => this.#roles.get(group) ?? []) : [];
    return await this.#admit(person.data, [...new Set(roles)]);
  }

  async #claims(provider: client.Configuration, query: string, flow: z.infer<typeof flowSchema>) {
    const tokens = await client.authorizationCodeGrant(provider, new URL(`${this.#redirectUri()}${query}`), {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error("no ID token");
    // Providers may keep what a person belongs to for the UserInfo endpoint.
    if (claims[this.#settings.groupsClaim] !== undefined) return claims;
    if (provider.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...claims, ...(await client.fetchUserInfo(provider, tokens.access_token, claims.sub)) };
  }

  async #admit(person: z.infer<typeof personSchema>, roles: Role[]): Promise<Result<Begun, OidcError>> {
    const { db, audit, log } = this.#context;
    const subject = `${this.#settings.issuer}|${person.sub}`;
    const admitted = await db.transaction().execute(async (within) => {
      const known = await within
        .selectFrom("staff")
        .select(["id", "name", "roles", "disabled"])
        .where("subject", "=", subject)
        .forUpdate()
        .executeTakeFirst();
      if (known !== undefined && JSON.stringify(known.roles) !== JSON.stringify(roles)) {
        await within
          .updateTable("staff")
          .set({ roles: json(roles) })
          .where("id", "=", known.id)
          .execute();
        const entry = { actor: "server", action: "staff.changed", subject: known.id, details: { roles, by: "groups" } };
        await audit.append(entry, within);
      }
      if (known !== undefined && (known.disabled || roles.length === 0))
        await this.#sessions.endAllOf(known.id, within);
      if (known?.disabled || roles.length === 0) return undefined;
      const staff = known ?? (await this.#add(person, subject, roles, within));
      const { token, session, csrf } = await this.#sessions.begin(staff.id, within);
      const entry = { actor: staff.id, action: "staff.signed-in", subject: staff.id, details: { source: "oidc" } };
      await audit.append(entry, within);
      return { token, visitor: { staff: staff.id, name: staff.name, roles, csrf, session } };
    });
    if (admitted === undefined) return this.#refuse("access.no-role", "");
    log("access.signed-in", { staff: admitted.visitor.staff, source: "oidc" });
    return ok(admitted);
  }

  async #add(
    person: z.infer<typeof personSchema>,
    subject: string,
    roles: Role[],
    within: Parameters<typeof addAccount>[2],
  ): Promise<{ readonly id: string; readonly name: string }> {
    const { audit, clock } = this.#context;
    const wanted = (person.preferred_username ?? person.name ?? person.email ?? person.sub).slice(0, 100);
    // A local account of the same name is somebody else.
    for (const name of [wanted, `${wanted} (${person.sub})`]) {
      const id = await addAccount({ name, roles, source: "oidc", password: null, subject }, clock, within);
      if (id === undefined) continue;
      await audit.append({ actor: "server", action: "staff.created", subject: id, details: { roles } }, within);
      return { id, name };
    }
    throw new Error("No free name for staff of the identity provider.");
  }

  async #discover(): Promise<Result<client.Configuration, OidcError>> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const server = new URL(issuer);
    // Plain HTTP for a provider on this machine only.
    const execute = server.protocol === "http:" && isLoopback(server.hostname) ? [client.allowInsecureRequests] : [];
    const authentication = clientSecret === undefined ? client.None() : undefined;
    this.#provider ??= client.discovery(server, clientId, clientSecret, authentication, { execute, timeout: TIMEOUT });
    try {
      return ok(await this.#provider);
    } catch (problem) {
      // The next sign-in asks again.
      this.#provider = undefined;
      return this.#refuse("access.oidc-unavailable", causeOf(problem));
    }
  }

  #refuse(code: OidcError["code"], cause: string): { readonly ok: false; readonly error: OidcError } {
    this.#context.log("access.oidc-failed", { code, cause });
    return err(coded(code));
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The protocol's error code or the kind of error; never what was in a token. */
function causeOf(problem: unknown): string {
  if (!(problem instanceof Error)) return "unknown";
  const { error, code } = problem as { error?: unknown; code?: unknown };
  return [problem.name, error, code].filter((part) => typeof part === "string").join(" ");
}
