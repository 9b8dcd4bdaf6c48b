/** Bar and space widths of the 107 symbol characters of CODE128 (ISO/IEC 15417), six digits each, stop with seven. */
const PATTERNS =
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232".match(
    /.{6}/g,
  ) ?? [];
const STOP = "2331112";
const START = { A: 103, B: 104, C: 105 } as const;
const CODE_SET: { readonly [letter: string]: keyof typeof START } = { A: "A", B: "B", C: "C" };

/**
 * The modules of a CODE128 symbol from a printer's data form (`{B` selects a code set, `{{` is a brace); `true` is a
 * bar.
 *
 * @returns `undefined` for data that a printer would refuse to print.
 */
export function code128Modules(data: string): boolean[] | undefined {
  const set = data.startsWith("{") ? CODE_SET[data.charAt(1)] : undefined;
  if (set === undefined) return undefined;
  const values = symbolValues(data.slice(2), set);
  if (values === undefined) return undefined;
  const start = START[set];
  const check = values.reduce((sum, value, index) => sum + value * (index + 1), start) % 103;
  const widths = [start, ...values, check].map((value) => PATTERNS[value] ?? "").join("") + STOP;
  return [...widths].flatMap((width, index) => new Array<boolean>(Number(width)).fill(index % 2 === 0));
}

/** What a person reads below the bars. */
export function code128Text(data: string): string {
  return data.slice(2).replaceAll("{{", "{");
}

function symbolValues(text: string, set: "A" | "B" | "C"): number[] | undefined {
  if (set === "C") return Array.from(text, (character) => character.charCodeAt(0));
  const plain = text.replaceAll("{{", "{");
  const values = Array.from(plain, (character) => character.charCodeAt(0) - 32);
  return values.every((value) => value >= 0 && value < 96) ? values : undefined;
}
