/** Chilean pesos as people write them: `$12.340`. No `Intl`: shells differ in the locale data that they carry. */
export function formatPesos(amount: number): string {
  const digits = Math.abs(Math.trunc(amount))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ".");
  return `${amount < 0 ? "-" : ""}$${digits}`;
}
