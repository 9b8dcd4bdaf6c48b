import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { WebSocket } from "ws";
import type { Report } from "../../../base/contracts/fleet/report.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { type RunningServer, startServer } from "../../../fleet-server/server.ts";
import { settingsSchema } from "../../../fleet-server/settings.ts";
import { fakeParts, type Heard, KIOSK_HEADER, kioskRow, repositoryDirectory, seeingCertificates } from "./fakes.ts";

/** One instance with stand-ins for the parts that others write, on ports of its own. */
export async function startFleet(
  options: {
    readonly database?: string;
    readonly heard?: Heard[];
    /** Files of the device listener's own certificate; plain HTTP without. */
    readonly tls?: { readonly certificate: string; readonly key: string };
  } = {},
) {
  const repository = repositoryDirectory();
  const settings = settingsSchema.parse({
    ...{ stateDirectory: mkdtempSync(join(tmpdir(), "fleet-state-")), repository, keys: repository },
    ...{
      console: { port: 0 },
      devices: { port: 0, ...(options.tls === undefined ? { plain: true } : { tls: options.tls }) },
    },
    ...(options.database === undefined ? {} : { database: options.database }),
  });
  return await startServer({
    ...{ settings, clock: systemClock, random: Math.random, log: silentLogger },
    makeParts: async (context) => seeingCertificates(await fakeParts(repository, options.heard)(context)),
  });
}

export async function addKiosks({ context }: RunningServer, ids: readonly string[]): Promise<void> {
  const now = context.clock.now();
  await context.db
    .insertInto("kiosk")
    .values(ids.map((id) => kioskRow(id, now)))
    .execute();
}

type Numberless<R> = R extends Report ? Omit<R, "sequence" | "at"> : never;

/** A kiosk that speaks the device contract with the fake identity. */
export class FakeKiosk {
  readonly id: string;
  readonly stream: string;
  url: string;
  sequence = 0;
  session = 1;

  constructor(id: string, url: string, stream: string = crypto.randomUUID()) {
    this.id = id;
    this.url = url;
    this.stream = stream;
  }

  /** Numbers the reports that follow. */
  next(...reports: readonly Numberless<Report>[]): Report[] {
    return reports.map((report) => ({ ...report, sequence: ++this.sequence, at: systemClock.now() }) as Report);
  }

  async send(reports: readonly Report[]) {
    return await this.ask("POST", "/device/v1/reports", { stream: this.stream, session: this.session, reports });
  }

  async ask(method: "GET" | "POST", path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await request(this.url + path, {
      method,
      headers: { [KIOSK_HEADER]: this.id, "content-type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    const json = text.startsWith("{") ? JSON.parse(text) : undefined;
    return { status: response.statusCode, headers: response.headers, text, json };
  }

  /** Opens the WebSocket and says hello; `messages` grows as the server speaks. */
  async connect() {
    const socket = new WebSocket(`${this.url.replace(/^http/, "ws")}/device/v1/socket`, {
      headers: { [KIOSK_HEADER]: this.id },
    });
    const messages: { type: string; jws?: string }[] = [];
    const ended = Promise.withResolvers<number>();
    socket.on("message", (data) => messages.push(JSON.parse(data.toString())));
    socket.on("close", (code) => ended.resolve(code));
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("error", reject);
    });
    socket.send(JSON.stringify({ type: "hello", stream: this.stream, session: this.session }));
    return { socket, messages, ended: ended.promise };
  }
}
