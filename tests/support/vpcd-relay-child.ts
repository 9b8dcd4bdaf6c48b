import { createConnection, createServer } from "node:net";

/**
 * Runs inside the network namespace of a test's vpcd and leads a socket in the file system to vpcd's port there: what is outside
 * reaches vpcd by path, and nothing else of the machine or its network reaches it at all.
 */
const [, , path = "", port = ""] = process.argv;

createServer((outside) => {
  const inside = createConnection({ host: "127.0.0.1", port: Number(port), noDelay: true });
  outside.pipe(inside).pipe(outside);
  outside.on("error", () => inside.destroy()).on("close", () => inside.destroy());
  inside.on("error", () => outside.destroy()).on("close", () => outside.destroy());
}).listen(path);
