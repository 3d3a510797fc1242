/** The table of commands besides serving: `stator NAME [options]`. Main, help and README derive from it; main.ts loads what runs them. */

export const commands = [
  { name: 'compact', help: 'give the disk back what was deleted from a data folder' },
  { name: 'cost', help: 'say what the tables of a running server would cost on AWS' },
  { name: 'explain-access', help: 'say why somebody may or may not do something on a running server' },
  { name: 'load', help: 'send load to a table of any DynamoDB endpoint, and say what it met' },
  { name: 'policy', help: 'write the least policy that allows what somebody did on a running server' },
] as const

export type CommandName = (typeof commands)[number]['name']
