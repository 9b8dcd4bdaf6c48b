import { t } from "../texts/texts.ts";

const RELEASE = /^releases\/[a-z]+-(\d[^/]*?)-[a-z]+-[a-z0-9]+\.tar\.[a-z]+$/;
const SERVICE = /^services\/([a-z0-9-]+)\.([a-z0-9-]+)-(\d[^/]*?)\.tar\.[a-z]+$/;

/** What is meant by a target's path, e.g. "Software release 1.5.0"; another path shows itself. */
export function targetTitle(path: string): string {
  const release = RELEASE.exec(path);
  if (release) return `${t.value.targetKinds.release} ${release[1]}`;
  const service = SERVICE.exec(path);
  return service ? `${service[1]}/${service[2]} ${service[3]}` : path;
}
