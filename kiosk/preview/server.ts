import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { allowedHosts } from "../runtime/view/access.ts";
import { readBundle } from "../runtime/view/bundle.ts";
import { startViewServer } from "../runtime/view/http-server.ts";
import { ViewHub } from "../runtime/view/hub.ts";
import type { Command } from "./panel/state.ts";
import type { Preview } from "./preview.ts";

export type PreviewServerOptions = {
  readonly preview: Preview;
  /** Directories of the kiosk's page and of the panel's, built. */
  readonly ui: string;
  readonly panel: string;
  /** Loopback; 0 takes a free one. */
  readonly port: number;
};

export type PreviewServer = {
  /** The panel, with the kiosk's screen in it. */
  readonly url: string;
  /** The kiosk's screen alone. */
  readonly screen: string;
  readonly stop: () => Promise<void>;
};

const id = z.string().max(40);
const commandSchema: z.ZodType<Command> = z.discriminatedUnion("command", [
  z.strictObject({ command: z.literal("do"), serial: z.number().int(), move: z.number().int().nonnegative() }),
  z.strictObject({ command: z.literal("jump"), serial: z.number().int(), place: z.number().int().nonnegative() }),
  z.strictObject({ command: z.literal("again") }),
  z.strictObject({ command: z.literal("person"), id }),
  z.strictObject({ command: z.literal("locale"), id }),
]);

/** Millimetres: a kiosk of the usual size, upright. */
const SCREEN_WIDTH = 268;

/** Serves the kiosk's own page through the runtime's own view server, and the panel on a port beside it. */
export async function startPreviewServer(options: PreviewServerOptions): Promise<Result<PreviewServer, CodedError>> {
  const { preview } = options;
  const hub = new ViewHub({
    view: preview.stage.view,
    send: (intent) => preview.stage.send(intent),
    kiosk: { id: "preview", place: "Vista previa" },
    screenWidth: SCREEN_WIDTH,
    clock: systemClock,
    log: silentLogger,
  });
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    void answer(request, response, { ...options, panelFiles, screen: () => screen, port: portOf(server) });
  });
  const panelFiles = readBundle(options.panel);
  let screen = "";
  try {
    await listen(server, options.port);
  } catch (problem) {
    return err(
      coded(
        "runtime.port-refused",
        `127.0.0.1:${options.port}: ${problem instanceof Error ? problem.message : problem}`,
      ),
    );
  }
  const view = await startViewServer({
    hub,
    bundle: readBundle(options.ui),
    port: 0,
    token: randomBytes(32).toString("base64url"),
    openPage: true,
    framedBy: `http://127.0.0.1:${portOf(server)}`,
    health: () => ({ part: "preview" }),
    clock: systemClock,
    log: silentLogger,
  });
  if (!view.ok) {
    server.close();
    return view;
  }
  screen = `http://127.0.0.1:${view.value.port}/`;
  return ok({
    url: `http://127.0.0.1:${portOf(server)}/`,
    screen,
    stop: async () => {
      hub.close();
      server.closeAllConnections();
      await Promise.all([view.value.stop(), new Promise<void>((resolve) => server.close(() => resolve()))]);
      await preview.stage.stop();
    },
  });
}

type Serving = {
  readonly preview: Preview;
  readonly panelFiles: ReturnType<typeof readBundle>;
  readonly screen: () => string;
  readonly port: number;
};

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { preview, panelFiles, port } = serving;
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const send = (status: number, type: string, body: string | Buffer) =>
    response
      .writeHead(status, {
        "content-type": type,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": `default-src 'self'; img-src 'self' data:; frame-src ${serving.screen()}; frame-ancestors 'none'`,
      })
      .end(body);
  const refuse = (status: number) => send(status, "text/plain", "");
  if (!allowedHosts(port).has(request.headers.host ?? "")) return void refuse(403);
  if (request.method === "POST") {
    const { origin } = request.headers;
    if (path !== "/api/command" || (origin !== undefined && !allowedHosts(port).has(new URL(origin).host)))
      return void refuse(403);
    const command = commandSchema.safeParse(parseJson(await text(request).catch(() => "")));
    if (!command.success) return void refuse(400);
    return void refuse((await preview.command(command.data)) ? 204 : 409);
  }
  if (request.method !== "GET") return void refuse(405);
  if (path === "/api/state") return events(response, preview);
  if (path === "/api/screen") return void send(200, "application/json", JSON.stringify({ screen: serving.screen() }));
  const file = panelFiles.get(path === "/" ? "/index.html" : path);
  return void (file === undefined ? refuse(404) : send(200, file.type, file.body));
}

/** The state at once, and at each change. */
function events(response: ServerResponse, { state }: Preview): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const write = () => response.write(`data: ${JSON.stringify(state.value)}\n\n`);
  const unsubscribe = state.subscribe(write);
  response.on("close", unsubscribe);
  write();
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ port, host: "127.0.0.1" }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}
