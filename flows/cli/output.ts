/** Exit status of `sysexits.h`. */
export const BAD_USAGE = 64;

/** Where a command writes; a test collects. */
export class Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;

  constructor(out: (text: string) => void, err: (text: string) => void) {
    this.out = out;
    this.err = err;
  }

  say(line: string): void {
    this.out(`${line}\n`);
  }

  /** Says on standard error what is wrong; returns `status`, so that a command can end with it. */
  fail(message: string, status: number): number {
    this.err(`${message}\n`);
    return status;
  }
}
