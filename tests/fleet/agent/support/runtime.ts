import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type {
  ControlFailure,
  DeviceTestResult,
  JourneyPage,
  RuntimeStatus,
} from "../../../../base/contracts/runtime-control.ts";

/** The runtime's control interface at its unix socket, as the contract has it but for the line of every 15 s: no test lasts that long. */
export class RuntimeStandIn {
  status: RuntimeStatus;
  journal = randomUUID();
  readonly journeys: JourneyPage["journeys"][number][] = [];
  readonly asked: { readonly path: string; readonly body: unknown }[] = [];
  testResult: Omit<DeviceTestResult, "status"> = { outcome: "ok" };
  /** Requests get no answer while it is set. */
  mute = false;
  refusal: ControlFailure | undefined;
  readonly #path: string;
  readonly #watchers = new Set<ServerResponse>();
  #server: Server | undefined;

  constructor(path: string, kiosk: string) {
    this.#path = path;
    this.status = {
      kiosk,
      version: "0.1.0",
      boot: randomUUID(),
      startedAt: 0,
      mode: "in-service",
      serving: false,
      closed: [],
      shells: 1,
      devices: [
        {
          device: "printer",
          kind: "receipt-printer",
          model: "epson-tm",
          link: "connected",
          readiness: "ready",
          conditions: [],
          provisional: false,
        },
      ],
      institutions: { fonasa: true },
      gatewayReachable: true,
      services: [{ id: "fonasa/bono-atencion", version: "built-in", available: true, obstacles: [] }],
      incidentsWaiting: 0,
      memory: 80_000_000,
    };
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.#path);
    await once(this.#server, "listening");
  }

  /** As when the process is killed. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  change(change: Partial<RuntimeStatus>): void {
    this.status = { ...this.status, ...change };
    for (const watcher of this.#watchers) watcher.write(`${JSON.stringify(this.status)}\n`);
  }

  /** A citizen comes, and leaves with `result`. */
  serve(result: string, startedAt: number, seconds: number): void {
    this.change({ serving: true });
    const endedAt = startedAt + seconds * 1000;
    const cursor = this.journeys.length + 1;
    this.journeys.push({ cursor, service: "fonasa/bono-atencion", result, startedAt, endedAt });
    this.change({ serving: false });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: unknown = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const url = new URL(request.url ?? "", "http://runtime");
    if (url.pathname === "/v1/watch") {
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      response.write(`${JSON.stringify(this.status)}\n`);
      this.#watchers.add(response);
      response.on("close", () => this.#watchers.delete(response));
      return;
    }
    if (request.method === "POST") this.asked.push({ path: url.pathname, body });
    if (this.mute) return;
    const reply = this.refusal ?? this.#reply(url, body);
    response.writeHead(this.refusal === undefined ? 200 : 409, { "content-type": "application/json" });
    response.end(JSON.stringify(reply));
  }

  #reply(url: URL, body: unknown): unknown {
    if (url.pathname === "/v1/mode") {
      this.change({ mode: (body as { mode: RuntimeStatus["mode"] }).mode });
      return this.status;
    }
    if (url.pathname === "/v1/journeys") {
      const after = Number(url.searchParams.get("after"));
      const limit = Number(url.searchParams.get("limit"));
      return { journal: this.journal, journeys: this.journeys.filter(({ cursor }) => cursor > after).slice(0, limit) };
    }
    if (url.pathname === "/v1/services") {
      const { versions } = body as { versions: Record<string, string> };
      const loaded = Object.entries(versions).map(([id, version]) => ({ id, version, available: true, obstacles: [] }));
      const builtIn = this.status.services.filter(({ version }) => version === "built-in");
      this.change({ services: [...builtIn, ...loaded] });
      return this.status;
    }
    return { ...this.testResult, status: this.status.devices[0] };
  }
}
