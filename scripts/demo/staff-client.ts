import { z } from "zod";
import { sessionSchema } from "../../fleet-server/api/contract/access.ts";
import { madeEnrolmentSchema } from "../../fleet-server/api/contract/kiosks.ts";

const ACCOUNT = { name: "administrador", password: "demo-administrador" };
const setCookie = z.string().min(1);

/** A member of staff at the fleet's console API, for what the demonstration does before anybody is there. */
export class StaffClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** Signs in with the demonstration's administrator. @throws Error with what the server says when it refuses. */
  static async signIn(console: string): Promise<StaffClient> {
    const answer = await fetch(`${console}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: console },
      body: JSON.stringify(ACCOUNT),
    });
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    const cookie = setCookie.parse(answer.headers.getSetCookie()[0]?.split(";")[0]);
    const { csrf } = sessionSchema.parse(await answer.json());
    return new StaffClient(console, { cookie, "x-csrf-token": csrf, origin: console });
  }

  /** @throws Error with what the server says when it refuses. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** A one-time code for a kiosk. */
  async newCode(kiosk: { kiosk: string; place: string; site: string; ring: string }): Promise<string> {
    return madeEnrolmentSchema.parse(await this.call("POST", "/enrolments", kiosk)).code;
  }
}
