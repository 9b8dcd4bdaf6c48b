import { Agent, request } from "undici";

export type Page = { readonly url: string; readonly status: number; readonly body: string };

/** A phone's browser without scripts: keeps cookies by origin, follows redirects, fills in the form of the page that it shows. */
export class Phone {
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();
  page: Page = { url: "", status: 0, body: "" };

  /** @param ca trusted authority; without it every certificate is taken, as after a warning. */
  constructor(ca?: string) {
    this.#agent = new Agent({ connect: ca === undefined ? { rejectUnauthorized: false } : { ca } });
  }

  /** Goes to `url` as a link would. */
  async opens(url: string): Promise<Page> {
    return await this.#goes("GET", url);
  }

  /** Sends the form of the page, with what was typed and the button that was pressed. */
  async sends(typed: Readonly<Record<string, string>> = {}): Promise<Page> {
    const [, attributes = "", content = ""] = /<form([^>]*)>(.*?)<\/form>/s.exec(this.page.body) ?? [];
    const action = /action="([^"]*)"/.exec(attributes)?.[1] ?? this.page.url;
    const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
      ([, name = "", value = ""]) => [name, plain(value)] as const,
    );
    const form = new URLSearchParams({ ...Object.fromEntries(hidden), ...typed });
    return await this.#goes("POST", new URL(action, this.page.url).href, form.toString());
  }

  /** Logs in at ClaveÚnica, from its form on. */
  async logsIn(run: string, password = "testing"): Promise<Page> {
    return await this.sends({ run, password });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #goes(method: "GET" | "POST", url: string, body?: string): Promise<Page> {
    const { origin } = new URL(url);
    const cookie = this.#cookies.get(origin);
    const response = await request(url, {
      dispatcher: this.#agent,
      method,
      headers: {
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      body: body ?? null,
    });
    const set = response.headers["set-cookie"];
    if (set !== undefined) this.#cookies.set(origin, [set].flat()[0]?.split(";")[0] ?? "");
    const text = await response.body.text();
    const { location } = response.headers;
    if (typeof location === "string") return await this.#goes("GET", new URL(location, url).href);
    this.page = { url, status: response.statusCode, body: text };
    return this.page;
  }
}

function plain(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
