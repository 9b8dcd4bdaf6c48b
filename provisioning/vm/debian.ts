import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { run } from "../process.ts";

/** A machine as Debian's installer leaves it, without a desktop: what a technician would start from. */
const STOCK = [
  "systemd",
  "systemd-sysv",
  "udev",
  "dbus",
  "kmod",
  "linux-image-amd64",
  "initramfs-tools",
  "ca-certificates",
  "iproute2",
  "systemd-timesyncd",
  "zstd",
];

const SUITE = "bookworm";

/**
 * A clean Debian root as a tar, and the packages that the kiosk needs as files, both kept between runs: the same mirror and
 * options as this machine's own apt.
 *
 * @param needed Debian packages whose files are fetched beforehand.
 * @returns folder with `root.tar` and `archives/`.
 */
export async function debianRoot(
  cache: string,
  needed: readonly string[],
  say: (line: string) => void,
): Promise<Result<string, CodedError>> {
  const sources = aptSources();
  const key = createHash("sha256")
    .update(JSON.stringify([SUITE, STOCK, needed, sources]))
    .digest("hex")
    .slice(0, 16);
  const folder = join(cache, `${SUITE}-${key}`);
  if (existsSync(join(folder, "complete"))) return ok(folder);
  say("making a clean Debian root; it is kept for the next run");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tar = join(folder, "root.tar");
  const made = await run(
    [
      "mmdebstrap",
      "--variant=minbase",
      "--skip=cleanup/apt/lists",
      ...sources.options.map((option) => `--aptopt=${option}`),
      `--include=${STOCK.join(",")}`,
      SUITE,
      tar,
      ...sources.lines,
    ],
    { within: 1_800_000 },
  );
  if (!made.ok) return made;
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const fetched = await run(["sh", "-ec", FETCH, scratch, tar, ...needed.map((name) => name.replace(/ .*/, ""))], {
    within: 1_800_000,
  });
  if (!fetched.ok) return fetched;
  renameSync(join(scratch, "var", "cache", "apt", "archives"), join(folder, "archives"));
  rmSync(scratch, { recursive: true, force: true });
  const marked = await run(["touch", join(folder, "complete")]);
  return marked.ok ? ok(folder) : marked;
}

const FETCH = `root="$0"; tar="$1"; shift
tar -xf "$tar" -C "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
exec unshare --mount sh -ec 'mount -t proc proc "$0/proc"; exec chroot "$0" apt-get install -qq -y --download-only --no-install-recommends "$@"' "$root" "$@"`;

/** Sources and options of this machine's own apt that concern Debian: a mirror or a proxy is set up there. */
function aptSources(): { lines: string[]; options: string[] } {
  const folder = "/etc/apt/sources.list.d";
  const deb822 = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sources")) : [];
  const lines = deb822.flatMap((name) => oneLineSources(readFileSync(join(folder, name), "utf8")));
  const old = existsSync("/etc/apt/sources.list") ? readFileSync("/etc/apt/sources.list", "utf8").split("\n") : [];
  lines.push(...old.filter((line) => line.startsWith("deb ")));
  const options = readdirSync("/etc/apt/apt.conf.d")
    .flatMap((name) => readFileSync(join("/etc/apt/apt.conf.d", name), "utf8").split("\n"))
    .filter((line) => /^Acquire::(?:Check-(?:Valid-Until|Date)|https?::Proxy)\b/i.test(line))
    .map((line) => line.replace(/;\s*$/, ""));
  return { lines: lines.filter((line) => line.includes(SUITE)), options };
}

function oneLineSources(text: string): string[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^([A-Za-z-]+):\s*(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    if (fields.get("Types")?.includes("deb") !== true || fields.get("Enabled") === "no") return [];
    const suites = (fields.get("Suites") ?? "").split(/\s+/);
    return suites.map((suite) => `deb ${fields.get("URIs")} ${suite} ${fields.get("Components")}`);
  });
}

/** Unpacks the clean root into `root` and puts the fetched packages where apt looks for them. */
export async function unpackRoot(debian: string, root: string): Promise<Result<void, CodedError>> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const unpacked = await run(["tar", "-xf", join(debian, "root.tar"), "-C", root]);
  if (!unpacked.ok) return unpacked;
  cpSync(join(debian, "archives"), join(root, "var", "cache", "apt", "archives"), { recursive: true });
  cpSync("/etc/resolv.conf", join(root, "etc", "resolv.conf"));
  return ok();
}
