import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { parseRun } from "../../base/run.ts";
import { SYNTHETIC_PEOPLE } from "../people.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";

/** What the gateway must be configured with to be accepted. */
export const CLAVEUNICA_DEMO = {
  clientId: "1f6b2a0c5d3e4f708192a3b4c5d6e7f8",
  clientSecret: "ventanilla-demo-secret",
} as const;

/** Published for the sandbox: the password of every test person. */
export const CLAVEUNICA_PASSWORD = "testing";

const SCOPE = "openid run name";
/** Published: a code is good for five minutes, and once. */
const CODE_LIFE = 5 * 60 * 1000;
/** Published. Seconds. */
const TOKEN_LIFE = 3600;
const PATHS = {
  authorize: "/openid/authorize/",
  token: "/openid/token/",
  userinfo: "/openid/userinfo/",
  jwks: "/openid/jwks",
  discovery: "/openid/.well-known/openid-configuration",
  logout: "/api/v1/accounts/app/logout",
} as const;

type Person = {
  readonly numero: number;
  readonly dv: string;
  readonly nombres: string[];
  readonly apellidos: string[];
};

/** The published test persons, who have no published names, and the people of the simulated world. */
const PEOPLE: ReadonlyMap<string, Person> = new Map(
  [
    ...["44444444-4", "55555555-5", "88888888-8", "99999999-9"].map((run) => person(run, ["Persona", "De Prueba"], [])),
    ...SYNTHETIC_PEOPLE.map(({ run, givenNames, paternalSurname, maternalSurname }) =>
      person(run, givenNames.split(" "), [paternalSurname, maternalSurname]),
    ),
  ].map((one) => [`${one.numero}-${one.dv}`, one]),
);

function person(run: string, nombres: string[], apellidos: string[]): Person {
  const [number = "", dv = ""] = run.split("-");
  return { numero: Number(number), dv, nombres, apellidos };
}

type Grant = { readonly redirectUri: string; readonly person: Person; readonly at: number };

/** How the user's data is written: the manual's form, or that of public emulators, which clients must take too. */
type Style = "manual" | "texts";

/**
 * ClaveÚnica as its integration manual describes it, with the login form of a browser: authorize, token (with `state`), userinfo by POST,
 * logout. Paths, codes and tokens are those of the open library whose layout it has; so are the error bodies, which the manual does not list.
 */
export class ClaveUnica extends InstitutionServer {
  readonly #provider: Provider;

  constructor(options: InstitutionOptions) {
    const provider = new Provider(options.clock, () => this.issuer);
    super(
      {
        id: "claveunica",
        model: "ClaveÚnica (OpenID Connect)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer"],
        probe: ({ path }) => path === PATHS.discovery,
        handle: (exchange) => provider.handle(exchange),
        describe: () => ({ logins: provider.logins, style: provider.style }),
        actions: {
          style: {
            label: { es: "Forma de los datos", en: "Form of the data" },
            parameters: { style: { kind: "choice", choices: ["manual", "texts"], initial: "texts" } },
            run: async ({ style }) => {
              provider.style = style === "texts" ? "texts" : "manual";
            },
          },
        },
      },
      options,
    );
    this.#provider = provider;
  }

  get issuer(): string {
    return `${this.url}/openid`;
  }

  /** How often somebody logged in. */
  get logins(): number {
    return this.#provider.logins;
  }
}

class Provider {
  logins = 0;
  style: Style = "manual";
  readonly #clock: Clock;
  readonly #issuer: () => string;
  readonly #codes = new Map<string, Grant>();
  readonly #tokens = new Map<string, { readonly person: Person; readonly until: number }>();
  #key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

  constructor(clock: Clock, issuer: () => string) {
    this.#clock = clock;
    this.#issuer = issuer;
  }

  handle(exchange: Exchange): Reply {
    const { method, path, query } = exchange;
    if (path === PATHS.authorize && method === "GET") return this.#authorize(query);
    if (path === PATHS.authorize && method === "POST") return this.#login(new URLSearchParams(exchange.body));
    if (path === PATHS.token && method === "POST") return this.#token(exchange);
    if (path === PATHS.userinfo && (method === "POST" || method === "GET")) return this.#userinfo(exchange);
    if (path === PATHS.discovery) return json(200, this.#metadata());
    if (path === PATHS.jwks) return json(200, { keys: [this.#jwk()] });
    if (path === PATHS.logout) return html(200, "Sesión cerrada", "<p>Cerró su sesión en ClaveÚnica.</p>");
    return html(404, "No encontrado", "");
  }

  /** The form in which a person types RUN and password; refused before, when the client or its request is not right. */
  #authorize(query: URLSearchParams): Reply {
    const problem = requestProblem(query);
    if (problem !== undefined) return html(400, "No se puede continuar", `<p>${problem}</p>`);
    if (query.get("scope") !== SCOPE) return back(query, { error: "invalid_scope" });
    return loginForm(query, "");
  }

  #login(form: URLSearchParams): Reply {
    const problem = requestProblem(form);
    if (problem !== undefined) return html(400, "No se puede continuar", `<p>${problem}</p>`);
    if (form.get("cancel") !== null) return back(form, { error: "access_denied" });
    const run = parseRun(form.get("run") ?? "");
    const found = run.ok ? PEOPLE.get(run.value) : undefined;
    if (found === undefined || form.get("password") !== CLAVEUNICA_PASSWORD)
      return loginForm(form, "<p role=alert>El RUN o la clave no son correctos.</p>");
    const code = randomBytes(16).toString("hex");
    this.#codes.set(code, {
      redirectUri: form.get("redirect_uri") ?? "",
      person: found,
      at: this.#clock.now(),
    });
    this.logins++;
    return back(form, { code });
  }

  #token({ body, headers }: Exchange): Reply {
    const form = new URLSearchParams(body);
    if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") !== true)
      return oauthError(400, "invalid_request");
    if (
      form.get("client_id") !== CLAVEUNICA_DEMO.clientId ||
      form.get("client_secret") !== CLAVEUNICA_DEMO.clientSecret
    )
      return oauthError(401, "invalid_client");
    if (form.get("grant_type") !== "authorization_code") return oauthError(400, "unsupported_grant_type");
    // Published: the state comes here too.
    if (!form.get("state")) return oauthError(400, "invalid_request");
    const code = form.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const late = grant !== undefined && this.#clock.now() - grant.at > CODE_LIFE;
    if (grant === undefined || late || grant.redirectUri !== form.get("redirect_uri"))
      return oauthError(400, "invalid_grant");
    const token = randomBytes(16).toString("hex");
    this.#tokens.set(token, { person: grant.person, until: this.#clock.now() + TOKEN_LIFE * 1000 });
    return json(200, {
      access_token: token,
      token_type: "bearer",
      expires_in: TOKEN_LIFE,
      id_token: this.#idToken(grant.person),
    });
  }

  #userinfo({ headers }: Exchange): Reply {
    const token = this.#tokens.get(/^Bearer ([0-9a-f]{32})$/i.exec(headers.authorization ?? "")?.[1] ?? "");
    if (token === undefined || token.until < this.#clock.now())
      return { ...oauthError(401, "invalid_token"), headers: { "www-authenticate": 'Bearer error="invalid_token"' } };
    const { numero, dv, nombres, apellidos } = token.person;
    return json(200, {
      sub: subjectOf(token.person),
      RolUnico:
        this.style === "manual"
          ? { numero, DV: dv, tipo: "RUN" }
          : { numero: String(numero), DV: dv.toLowerCase(), tipo: "RUN" },
      name: { nombres, apellidos },
    });
  }

  #idToken(subject: Person): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const head = encode({ alg: "RS256", typ: "JWT", kid: this.#jwk().kid });
    const claims = { iss: this.#issuer(), aud: CLAVEUNICA_DEMO.clientId, iat: now, exp: now + 600, auth_time: now };
    const content = `${head}.${encode({ ...claims, sub: subjectOf(subject) })}`;
    const signature = createSign("RSA-SHA256").update(content).sign(this.#keys().privateKey, "base64url");
    return `${content}.${signature}`;
  }

  #keys() {
    this.#key ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
    return this.#key;
  }

  #jwk() {
    const { n = "", e = "" } = this.#keys().publicKey.export({ format: "jwk" });
    const kid = createHash("sha256").update(n).digest("hex").slice(0, 32);
    return { kty: "RSA", alg: "RS256", use: "sig", kid, n, e };
  }

  #metadata() {
    const issuer = this.#issuer();
    const at = (path: string) => issuer + path.slice("/openid".length);
    return {
      issuer,
      authorization_endpoint: at(PATHS.authorize),
      token_endpoint: at(PATHS.token),
      userinfo_endpoint: at(PATHS.userinfo),
      jwks_uri: at(PATHS.jwks),
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    };
  }
}

/** Opaque, and no RUN: whoever takes it for one finds nobody. */
function subjectOf({ numero }: Person): string {
  return createHash("sha256").update(`subject ${numero}`).digest("hex").slice(0, 8);
}

/** What a person is told who was sent here wrongly; nothing is sent back to an address that is not registered. */
function requestProblem(request: URLSearchParams): string | undefined {
  if (request.get("client_id") !== CLAVEUNICA_DEMO.clientId)
    return "Esta institución no está habilitada en ClaveÚnica.";
  const address = request.get("redirect_uri") ?? "";
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.search !== "" || url.hash !== "" || url.hostname === "localhost")
    return "La dirección de retorno no está registrada.";
  return request.get("response_type") === "code" && request.get("state") ? undefined : "La solicitud está incompleta.";
}

const CARRIED = ["client_id", "response_type", "scope", "redirect_uri", "state"] as const;

function loginForm(request: URLSearchParams, problem: string): Reply {
  const hidden = CARRIED.map(
    (name) => `<input type="hidden" name="${name}" value="${escapeHtml(request.get(name) ?? "")}">`,
  ).join("");
  return html(
    200,
    "ClaveÚnica",
    `${problem}<form method="post" action="${PATHS.authorize}">${hidden}` +
      '<p><label>RUN <input name="run" autocomplete="username"></label></p>' +
      '<p><label>Clave <input name="password" type="password" autocomplete="current-password"></label></p>' +
      '<p><button type="submit">Ingresa</button> <button type="submit" name="cancel" value="1">Cancelar</button></p></form>',
  );
}

function back(request: URLSearchParams, answer: Readonly<Record<string, string>>): Reply {
  const url = new URL(request.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  url.searchParams.set("state", request.get("state") ?? "");
  return { status: 302, type: "text/plain", body: "", headers: { location: url.href } };
}

function oauthError(status: number, error: string): Reply {
  return json(status, { error, error_description: `${error} (simulated)` });
}

function html(status: number, title: string, content: string): Reply {
  const body = `<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>`;
  return { status, type: "text/html; charset=utf-8", body };
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
