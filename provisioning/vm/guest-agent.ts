/**
 * Runs inside the machine under test, on its own Node, without packages: does what comes as a line of JSON over a virtio port
 * and answers with a line. It is laid down for the test alone and is part of no package.
 */
import { spawn } from "node:child_process";
import { createReadStream, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

type Order =
  | { readonly id: number; readonly run: string; readonly within: number }
  | { readonly id: number; readonly first: string }
  | { readonly id: number; readonly post: string; readonly body: unknown }
  | { readonly id: number; readonly put: string; readonly base64: string; readonly mode: number };

const PORT = "/dev/virtio-ports/ventanilla.bench";
// The port can be opened once; when nobody listens outside, it ends and systemd starts this again.
const port = openSync(PORT, "r+");
const answer = (value: unknown) => {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(port, bytes, at);
};

createInterface({ input: createReadStream("", { fd: port }) }).on("line", (line) => {
  const order = JSON.parse(line) as Order;
  if ("put" in order) {
    mkdirSync(dirname(order.put), { recursive: true });
    writeFileSync(order.put, Buffer.from(order.base64, "base64"), { mode: order.mode });
    answer({ id: order.id, status: 0, output: "" });
    return;
  }
  if ("first" in order) {
    firstLine(order.first, (status, output) => answer({ id: order.id, status, output }));
    return;
  }
  if ("post" in order) {
    void send(order.post, order.body).then(({ status, output }) => answer({ id: order.id, status, output }));
    return;
  }
  const child = spawn("/bin/sh", ["-c", order.run], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: order.within,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  child.on("close", (status, signal) => answer({ id: order.id, status: status ?? signal, output }));
});
answer({ id: 0, status: 0, output: "here" });

/** What a unix socket says first. */
function firstLine(path: string, told: (status: number, line: string) => void): void {
  const socket = connect(path);
  const lines = createInterface({ input: socket });
  let done = false;
  const end = (status: number, line: string) => {
    if (done) return;
    done = true;
    told(status, line);
    socket.destroy();
  };
  lines.once("line", (line) => end(0, line));
  lines.on("error", () => undefined);
  socket.on("error", (error) => end(1, error.message));
  socket.on("close", () => end(1, "closed"));
}

async function send(url: string, body: unknown): Promise<{ status: number; output: string }> {
  try {
    const sent = await fetch(url, {
      method: body === null ? "GET" : "POST",
      ...(body === null ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: sent.ok ? 0 : sent.status, output: await sent.text() };
  } catch (problem) {
    return { status: 1, output: problem instanceof Error ? problem.message : String(problem) };
  }
}
