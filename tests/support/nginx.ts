import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { until } from "./until.ts";

const NGINX = "/usr/sbin/nginx";

/** Why no nginx can be started here; undefined when one can. */
export function nginxMissing(): string | undefined {
  return existsSync(NGINX) ? undefined : "Debian's nginx-light is not installed";
}

export type Nginx = {
  /** Has it read its files again: a revocation list changed. */
  reload(): void;
  stop(): Promise<void>;
};

/**
 * Starts Debian's nginx in `directory`.
 *
 * @param http what stands in its `http` block. @param port a port that it listens on.
 * @throws Error with its own words when it does not start.
 */
export async function startNginx(directory: string, http: string, port: number): Promise<Nginx> {
  mkdirSync(directory, { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  );
  const configuration = join(directory, "nginx.conf");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(
    configuration,
    `${user}
daemon off;
pid ${join(directory, "pid")};
error_log ${join(directory, "error.log")} info;
events {}
http {
access_log ${join(directory, "access.log")};
${temporary.join("\n")}
${http}
}
`,
  );
  const child = spawn(NGINX, ["-p", directory, "-c", configuration, "-e", join(directory, "error.log")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until("nginx listens", async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${said}`);
    return await answers(port);
  });
  return {
    reload: () => void child.kill("SIGHUP"),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
