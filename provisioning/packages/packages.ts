/** What a Debian package of the kiosk is made of. Folders of `provisioning/system/<part>` are laid down as they are. */
export type PackageSpec = {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Debian packages that it needs. `{version}` stands for the version being built. */
  readonly depends: readonly string[];
  /** Folder of `provisioning/system`. */
  readonly system: "runtime" | "shell" | "agent";
  /** Parts of the release that it brings, below `/opt/ventanilla/factory`. */
  readonly release: readonly string[];
  /** Shell commands after its files are in place, beside users and directories, which every package makes. */
  readonly configure?: readonly string[];
};

const SAME_VERSION = "ventanilla-runtime (= {version})";

export const PACKAGES: readonly PackageSpec[] = [
  {
    name: "ventanilla-runtime",
    summary: "self-service kiosk: devices, journeys, Node and the guard of releases",
    description: "Owns every device and every citizen's journey. Brings the Node that all parts run on.",
    depends: ["libc6 (>= 2.34)", "libstdc++6 (>= 11)", "perl-base", "systemd (>= 252)", "nftables", "tzdata", "udev"],
    system: "runtime",
    release: ["release.json", "runtime", "ui"],
    configure: [
      "udevadm control --reload >/dev/null 2>&1 || true",
      // The boot's command line; a machine that starts in another way has none of it.
      "if [ -d /boot/grub ] && command -v update-grub >/dev/null; then update-grub >/dev/null 2>&1 || true; fi",
    ],
  },
  {
    name: "ventanilla-shell",
    summary: "self-service kiosk: the window that citizens touch, on Chromium",
    description: "Debian's Chromium in a compositor without bindings, one application on the whole screen.",
    depends: [
      SAME_VERSION,
      "chromium",
      "weston (>= 10)",
      "dbus",
      "kbd",
      "libpam-systemd",
      "libgl1-mesa-dri",
      "fonts-dejavu-core",
    ],
    system: "shell",
    release: ["shell"],
  },
  {
    name: "ventanilla-agent",
    summary: "self-service kiosk: reports to the fleet, brings updates",
    description: "Reports the kiosk's health to the fleet server, fetches updates and carries out its commands.",
    depends: [SAME_VERSION, "ca-certificates"],
    system: "agent",
    release: ["agent"],
  },
];

/** Architectures of Node by Debian's names. */
export const DEBIAN_ARCHITECTURES: Readonly<Partial<Record<string, string>>> = { x64: "amd64", arm64: "arm64" };
