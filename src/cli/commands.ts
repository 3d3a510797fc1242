/** The table of commands besides serving: `stator NAME [options]`. Main, help and README derive from it; main.ts loads what runs them. */

export const commands = [
  { name: 'compact', help: 'give the disk back what was deleted from a data folder' },
  { name: 'cost', help: 'say what the tables of a running server would cost on AWS' },
  { name: 'load', help: 'send load to a table of any DynamoDB endpoint, and say what it met' },
] as const

export type CommandName = (typeof commands)[number]['name']
