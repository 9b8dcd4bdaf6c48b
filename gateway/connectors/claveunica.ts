import * as client from "openid-client";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseRun } from "../../base/run.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { Person } from "../login/logins.ts";
import type { CallFailure } from "./connector.ts";
import { InstitutionHttp } from "./institution-http.ts";

export type ClaveUnicaOptions = NonNullable<InstitutionsConfig["claveunica"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** The address that is registered at ClaveÚnica: scheme, host and path, no query. */
  readonly redirectUri: () => string;
};

/** What certification asks for, exactly. */
const SCOPE = "openid run name";

/**
 * `sub` is there and must not be used as a key. The number is a number in the manual and a text at public emulators; the check digit comes
 * in either case.
 */
const userSchema = z.looseObject({
  RolUnico: z.looseObject({
    numero: z.union([z.number().int().positive(), z.string().regex(/^\d{1,8}$/)]),
    DV: z.string().regex(/^[\dKk]$/),
  }),
  name: z
    .looseObject({ nombres: z.array(z.string()).default([]), apellidos: z.array(z.string()).default([]) })
    .optional(),
});

/** `refused`: ClaveÚnica turned the login down; `unavailable`: it did not answer as it should. */
export type LoginFailure = "refused" | "unavailable";

/**
 * ClaveÚnica as its integration manual tells (2025-12-02): OpenID Connect, authorization code. Token and person are fetched from here and
 * never by a browser; the person by POST. Its discovery document declares no PKCE methods, so that none is sent; the ID token comes over TLS
 * straight from the token endpoint, which OpenID Connect Core 1.0 §3.1.3.7 lets stand for a check of its signature.
 */
export class ClaveUnica {
  readonly #options: ClaveUnicaOptions;
  readonly #http: InstitutionHttp;

  constructor(options: ClaveUnicaOptions) {
    this.#options = options;
    this.#http = new InstitutionHttp(options.clock);
  }

  /** Where phones are sent, for the content policy of the page that sends them. */
  get origin(): string {
    return new URL(this.#options.issuer).origin;
  }

  /** Where the phone logs in. */
  authorizeUrl(state: string): string {
    const url = client.buildAuthorizationUrl(this.#configuration(), {
      redirect_uri: this.#options.redirectUri(),
      scope: SCOPE,
      state,
    });
    return url.href;
  }

  /** Ends the phone's session at ClaveÚnica; a top-level address. */
  get logoutUrl(): string {
    return `${this.origin}/api/v1/accounts/app/logout`;
  }

  /**
   * Who logged in, for a code that ClaveÚnica has just given.
   *
   * @param query as it came with the phone, `?` included; its `state` has been found to be ours.
   */
  async person(query: string, state: string): Promise<Result<Person, LoginFailure>> {
    const configuration = this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(`${this.#options.redirectUri()}${query}`),
        { expectedState: state, idTokenExpected: true },
        // Asked for by the manual, besides what OAuth asks for.
        { state },
      );
      const answer = await client.fetchProtectedResource(
        configuration,
        tokens.access_token,
        this.#address("userinfo/"),
        "POST",
      );
      if (answer.status >= 500) return err("unavailable");
      if (!answer.ok) return err("refused");
      return read(await answer.json());
    } catch (problem) {
      return err(isRefusal(problem) ? "refused" : "unavailable");
    }
  }

  async probe(deadline: number) {
    const url = this.#address(".well-known/openid-configuration").href;
    return await this.#http.call({ method: "GET", url, deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #address(path: string): URL {
    return new URL(`${this.#options.issuer.replace(/\/$/, "")}/${path}`);
  }

  #configuration(): client.Configuration {
    const { issuer, clientId, clientSecret, clock } = this.#options;
    const configuration = new client.Configuration(
      {
        issuer,
        authorization_endpoint: this.#address("authorize/").href,
        token_endpoint: this.#address("token/").href,
        userinfo_endpoint: this.#address("userinfo/").href,
      },
      clientId,
      { [client.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) },
      client.ClientSecretPost(clientSecret),
    );
    // The configuration lets plain HTTP through for loopback only.
    if (issuer.startsWith("http:")) client.allowInsecureRequests(configuration);
    configuration[client.customFetch] = (url, options) => this.#fetch(url, options);
    return configuration;
  }

  /** The library's calls go out as all others do: with a deadline, a bound on the answer, and every failure named. */
  async #fetch(url: string, { method, body, headers }: client.CustomFetchOptions): Promise<Response> {
    const called = await this.#http.call({
      method: method === "GET" ? "GET" : "POST",
      url,
      headers,
      ...(body === null || body === undefined ? {} : { body: String(body) }),
      deadline: this.#options.deadlines.claveunica,
      signal: undefined,
    });
    if (!called.ok) throw new NoAnswer(called.error);
    const { status, type, body: text } = called.value;
    return new Response(text, { status, headers: { "content-type": type } });
  }
}

class NoAnswer extends Error {
  constructor({ error }: CallFailure) {
    super(error.code);
  }
}

/** An OAuth error in the answer, or any other 4xx: the manual has no list of errors. */
function isRefusal(problem: unknown): boolean {
  if (problem instanceof client.ResponseBodyError || problem instanceof client.AuthorizationResponseError) return true;
  const { cause } = Object(problem) as { cause?: unknown };
  return cause instanceof Response && cause.status >= 400 && cause.status < 500;
}

function read(body: unknown): Result<Person, LoginFailure> {
  const user = userSchema.safeParse(body);
  if (!user.success) return err("unavailable");
  const { RolUnico, name } = user.data;
  const run = parseRun(`${RolUnico.numero}-${RolUnico.DV}`);
  if (!run.ok) return err("unavailable");
  const whole = [...(name?.nombres ?? []), ...(name?.apellidos ?? [])].join(" ").trim();
  return ok({ run: run.value, ...(whole === "" ? {} : { name: whole }) });
}
