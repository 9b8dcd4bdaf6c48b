import type { PackageSpec } from "./packages.ts";

/** `DEBIAN/control` of a package (Debian policy, chapter 5). @param size of what is installed, kibibytes. */
export function controlFile(spec: PackageSpec, version: string, architecture: string, size: number): string {
  return `Package: ${spec.name}
Version: ${version}
Architecture: ${architecture}
Maintainer: Ventanilla <root@localhost>
Installed-Size: ${size}
Depends: ${spec.depends.map((name) => name.replace("{version}", version)).join(", ")}
Section: misc
Priority: optional
Description: ${spec.summary}
 ${spec.description}
`;
}

/**
 * The scripts that dpkg runs. They make users, directories and nothing else: nothing is enabled or started here, because a kiosk
 * without configuration must not start; the installation does that.
 */
export function maintainerScripts(spec: PackageSpec): {
  readonly postinst: string;
  readonly prerm: string;
  readonly postrm: string;
} {
  const configuration = `${spec.name}.conf`;
  const reload = "if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi";
  return {
    postinst: script(
      'if [ "$1" = configure ]; then',
      `  systemd-sysusers ${configuration}`,
      `  systemd-tmpfiles --create ${configuration} || true`,
      ...(spec.configure ?? []).map((line) => `  ${line}`),
      `  ${reload}`,
      "fi",
    ),
    prerm: script(
      'if [ "$1" = remove ] && [ -d /run/systemd/system ]; then',
      `  systemctl stop 'ventanilla-${spec.system}*' || true`,
      "fi",
    ),
    postrm: script(reload),
  };
}

function script(...lines: readonly string[]): string {
  return `#!/bin/sh\nset -e\n${lines.join("\n")}\n`;
}
