/** Digits of a Chilean mobile number without the country's code. */
export const MOBILE_LENGTH = 9;

/** What is kept of what was typed: the nine digits, whether the country's code was typed or not. */
export function cleanMobile(text: string): string {
  const digits = text.replace(/\D/g, "");
  return digits.startsWith("56") ? digits.slice(2) : digits;
}

/** As Chile writes it: `+56 9 8765 4321`; what is still missing is left out. */
export function formatMobile(digits: string): string {
  if (digits === "") return "";
  return ["+56", digits.slice(0, 1), digits.slice(1, 5), digits.slice(5)].filter((part) => part !== "").join(" ");
}
