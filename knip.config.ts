import type { KnipConfig } from "knip";

/** Packages that a style sheet takes files from: `@import "x"`, `url("x")`. */
const styleSheet = (text: string) =>
  Array.from(text.matchAll(/(?:@import|url\()\s*["']([^"']+)["']/g), ([, from]) => `import "${from}";`).join("\n");

export default {
  entry: [
    "scripts/*.{ts,mjs,css}",
    "**/main.{ts,tsx}",
    "kiosk/dock/dock.css",
    "kiosk/preview/panel/panel.css",
    "kiosk/shell-electron/preload.ts",
    "tests/bench/tap-load.ts",
    "{simulators,tests}/**/*-child.ts",
    "provisioning/vm/guest-agent.ts",
    "tests/bench/fleet/unsigned-server.ts",
    "tests/fleet/update/kiosk-process.ts",
    "tests/e2e/tour/tour.ts",
    "tests/support/summary-reporter.ts",
    "tests/usb-lab/inside/contracts/runner.ts",
    "tests/support/electron-stand-in/register.ts",
    "tests/support/electron-stand-in/electron.ts",
  ],
  project: ["**/*.{ts,tsx,mjs,css}"],
  compilers: { css: styleSheet },
  // Run as a program, and asked for by name where no import says it.
  ignoreDependencies: ["@biomejs/biome", "electron-builder"],
  ignoreBinaries: [
    "openssl",
    "apt-get",
    "flock",
    "journalctl",
    "promtool",
    "qemu-system-x86_64",
    "unshare",
    "dpkg-deb",
    "systemd-analyze",
    "setpriv",
    "mkfifo",
    "e2fsck",
    "debugfs",
    "mke2fs",
    "ldd",
    "dmesg",
    "truncate",
    "mkfs.ext4",
    "mount",
    "umount",
  ],
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig;
