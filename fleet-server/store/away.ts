/** SQLSTATE (PostgreSQL manual, appendix A): classes of a broken connection, and the codes of a server that ends, starts or is full. */
const CLASS_CONNECTION = "08";
const CODES = new Set(["57P01", "57P02", "57P03", "53300", "57014"]);
const SOCKET = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);
/** The driver's own words (pg 8.23, pg-pool 3), which have no code. */
const WORDS =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

/**
 * Whether an error says that the database server cannot be reached, is starting, ending, full, or took too long: nothing is wrong
 * with the request, and the same one later may go well.
 */
export function isDatabaseAway(problem: unknown): boolean {
  if (!(problem instanceof Error)) return false;
  const code = "code" in problem && typeof problem.code === "string" ? problem.code : "";
  if (code.startsWith(CLASS_CONNECTION) && code.length === 5) return true;
  if (CODES.has(code) || SOCKET.has(code) || WORDS.test(problem.message)) return true;
  return problem instanceof AggregateError && problem.errors.some(isDatabaseAway);
}
