/**
 * The table of commands besides serving: `stator NAME [options]`. Main, help and README derive from it. Each command is loaded when
 * it is asked for, so that none of them makes the others slower to start.
 */

export interface Command {
  readonly name: string
  /** One line for `stator --help`. */
  readonly help: string
  /**
   * Takes what was typed behind the name, `--help` included, and resolves with the exit code. Rejects with UsageError for what was
   * typed wrong, with an error of one clear sentence for what can't be done.
   */
  run(words: readonly string[]): Promise<number>
}

export const commands: readonly Command[] = [
  {
    name: 'cost',
    help: 'say what the tables of a running server would cost on AWS',
    run: async (words) => (await import('./cost/cost-command.ts')).runCostCommand(words),
  },
  {
    name: 'load',
    help: 'send load to a table of any DynamoDB endpoint, and say what it met',
    run: async (words) => (await import('./load/load-command.ts')).runLoadCommand(words),
  },
]
