import { languageOf, type Text } from "../text.ts";
import { TECHNICIAN } from "./technician.ts";

/** What the technician does, in the order of a morning; then what an installation needs. */
const ORDER: readonly (readonly [string, Text])[] = [
  ["install", { es: "instala el tótem en este Debian", en: "installs the kiosk on this Debian" }],
  ...Object.entries(TECHNICIAN).map(([name, { summary }]) => [name, summary] as const),
  ["remove", { es: "quita el tótem de este equipo", en: "takes the kiosk away from this machine" }],
  ["packages", { es: "construye los paquetes de Debian", en: "builds the Debian packages" }],
  ["test", { es: "prueba todo en una máquina virtual", en: "proves all of it on a virtual machine" }],
];

/** What `npm run provision` says by itself. @param lang the environment's `LANG`. */
export function generalHelp(lang: string | undefined): string {
  const language = languageOf(lang);
  const say = (es: string, en: string) => (language === "es" ? es : en);
  const width = Math.max(...ORDER.map(([name]) => name.length));
  return [
    say("De un PC y una caja de cables, un tótem.", "From a PC and a box of cables, a kiosk."),
    "",
    ...ORDER.map(([name, summary]) => `  npm run provision -- ${name.padEnd(width)}  ${summary[language]}`),
    "",
    say("Una mañana:", "A morning:"),
    "  npm run provision -- enrol --server https://… --code XXXX-XXXX-XXXX --ca-fingerprint …",
    "  npm run provision -- devices",
    "  npm run provision -- devices identify ttyUSB0 --kind receipt-printer --model custom-vkp80",
    "  npm run provision -- devices bind printer --kind receipt-printer --model custom-vkp80 --port ttyUSB0",
    "  npm run provision -- check",
    `  npm run provision -- report --technician "${say("Su Nombre", "Your Name")}" --upload`,
    "",
    say(
      "Cada orden dice sus opciones con --help. Todo está contado en docs/provision.md.",
      "Each command tells its options with --help. All of it is told in docs/provision.md.",
    ),
  ].join("\n");
}
