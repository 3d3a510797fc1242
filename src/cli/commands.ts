/** The table of commands besides serving: `stator NAME [options]`. Main, help and README derive from it; main.ts loads what runs them. */

export const commands = [
  { name: 'backup', help: 'copy a data folder into one file, while a server runs or none does' },
  { name: 'branch', help: 'make a table that is what another was in a second, beside the one that goes on' },
  { name: 'check', help: 'look whether all that is stored is whole and agrees, and mend what follows from items' },
  { name: 'compact', help: 'give the disk back what was deleted from a data folder' },
  { name: 'copy', help: 'copy items between tables of any endpoints, files and buckets' },
  { name: 'cost', help: 'say what the tables of a running server would cost on AWS' },
  { name: 'diff', help: 'say which items of a table were added, removed or changed between two seconds' },
  { name: 'explain-access', help: 'say why somebody may or may not do something on a running server' },
  { name: 'export', help: 'copy a table into a file' },
  { name: 'import', help: 'copy a file into a table' },
  { name: 'load', help: 'send load to a table of any DynamoDB endpoint, and say what it met' },
  { name: 'policy', help: 'write the least policy that allows what somebody did on a running server' },
  { name: 'restore', help: 'make a data folder of a backup' },
  { name: 'verify-backup', help: 'look whether a backup is what was written' },
] as const

export type CommandName = (typeof commands)[number]['name']
