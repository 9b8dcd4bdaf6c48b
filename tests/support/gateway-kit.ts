import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { type Clock, SimulatedClock } from "../../base/clock.ts";
import type { GatewayAnswer } from "../../base/contracts/gateway.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { type DevelopmentPki, ensureDevelopmentPki } from "../../base/node/tls.ts";
import { type GatewayConfigInput, gatewayConfigSchema } from "../../gateway/config.ts";
import { buildGateway, type Gateway } from "../../gateway/gateway.ts";
import { type Institutions, startInstitutions } from "../../simulators/institutions/start.ts";

export const KIOSK = "kiosk-7";
const OTHER_KIOSK = "kiosk-8";

export type HttpAnswer<T = unknown> = { readonly status: number; readonly body: T };

/** What a kiosk sends, over a real TLS socket with its client certificate. */
export class KioskClient {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(url: string, ca: string, pair?: { readonly certificate: string; readonly key: string }) {
    this.#url = url;
    this.#agent = new Agent({
      connect: { ca, ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }) },
    });
  }

  query(operation: string, input: unknown): Promise<HttpAnswer<GatewayAnswer>> {
    return this.send("POST", `/v1/queries/${operation}`, { input }) as Promise<HttpAnswer<GatewayAnswer>>;
  }

  submit(key: string, operation: string, input: unknown): Promise<HttpAnswer<GatewayAnswer>> {
    const path = `/v1/submissions/${encodeURIComponent(key)}`;
    return this.send("PUT", path, { operation, input }) as Promise<HttpAnswer<GatewayAnswer>>;
  }

  state(key: string): Promise<HttpAnswer> {
    return this.send("GET", `/v1/submissions/${encodeURIComponent(key)}`);
  }

  async send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<HttpAnswer> {
    const text = await this.text(method, path, body === undefined ? undefined : JSON.stringify(body));
    return { status: text.status, body: JSON.parse(text.body) };
  }

  /** Sends a form as a browser does. */
  form(path: string, fields: Readonly<Record<string, string>>) {
    return this.text("POST", path, String(new URLSearchParams(fields)), "application/x-www-form-urlencoded");
  }

  /** Leaves a paper, under its own hash unless told otherwise. */
  async attach(
    paper: Uint8Array,
    sha256 = createHash("sha256").update(paper).digest("hex"),
    type = "image/jpeg",
  ): Promise<HttpAnswer<GatewayAnswer>> {
    const { status, body } = await this.text("PUT", `/v1/attachments/${sha256}`, Buffer.from(paper), type);
    return { status, body: JSON.parse(body) };
  }

  async text(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: string | Buffer,
    type = "application/json",
  ) {
    const response = await request(this.#url + path, {
      dispatcher: this.#agent,
      method,
      headers: body === undefined ? {} : { "content-type": type },
      body: body ?? null,
    });
    return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

export type GatewayKit = {
  readonly institutions: Institutions;
  /** Moves only when told to; the gateway's deadlines, retention and links run on it. */
  readonly clock: SimulatedClock;
  readonly logged: LogRecord[];
  readonly directory: string;
  readonly pki: DevelopmentPki;
  readonly url: string;
  readonly kiosk: KioskClient;
  readonly otherKiosk: KioskClient;
  readonly phone: KioskClient;
  /** Stops the gateway and starts another one on the same state directory. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * A gateway and all its institutions on loopback, with one simulated clock for both.
 *
 * @param certificates when they are not to be fresh ones.
 */
export async function startGatewayKit(
  overrides: Partial<GatewayConfigInput> & { readonly notifySecret?: string } = {},
  certificates?: DevelopmentPki,
): Promise<GatewayKit> {
  // Certificates are judged by the machine's own time.
  const clock: SimulatedClock = new SimulatedClock(systemClock.now());
  const institutions = await startInstitutions({ clock });
  const directory = join(mkdtempSync(join(tmpdir(), "gateway-")), "state");
  const pki = certificates ?? (await developmentPki(directory, systemClock));
  const logged: LogRecord[] = [];
  const { notifySecret, ...settings } = overrides;
  const { notify, ...others } = institutions.gatewayConfig;
  const config = gatewayConfigSchema.parse({
    port: 0,
    stateDirectory: directory,
    institutions: { ...others, notify: { ...notify, secret: notifySecret ?? notify.secret } },
    ...settings,
  });
  const options = {
    config,
    tls: { certificate: pki.server.certificate, key: pki.server.key, kioskCa: pki.ca.certificate },
    clock,
    random: () => 0.5,
    log: createLogger("gateway", (record) => void logged.push(record)),
  };
  let gateway: Gateway;
  let clients: KioskClient[] = [];
  const start = async () => {
    gateway = buildGateway(options);
    const url = await gateway.listen();
    const pairs = [pki.kiosks.get(KIOSK), pki.kiosks.get(OTHER_KIOSK), undefined];
    clients = pairs.map((pair) => new KioskClient(url, pki.ca.certificate, pair));
    return url;
  };
  const halt = async () => {
    await Promise.all(clients.map((client) => client.close()));
    await gateway.stop();
  };
  let url = await start();
  const client = (index: number): KioskClient => {
    const found = clients[index];
    if (found === undefined) throw new Error("no such client");
    return found;
  };
  return {
    institutions,
    clock,
    logged,
    directory,
    pki,
    get url() {
      return url;
    },
    get kiosk() {
      return client(0);
    },
    get otherKiosk() {
      return client(1);
    },
    get phone() {
      return client(2);
    },
    async restart() {
      await halt();
      url = await start();
    },
    async stop() {
      await halt();
      await institutions.stop();
    },
  };
}

function developmentPki(directory: string, clock: Clock): Promise<DevelopmentPki> {
  return ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [KIOSK, OTHER_KIOSK], clock });
}

/** Everything that the gateway left on disk, as one text. */
export function bytesAtRest(directory: string): string {
  return ["gateway.db", "gateway.db-wal"].map((name) => readFileSync(join(directory, name), "latin1")).join("");
}
