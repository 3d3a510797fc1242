/** The table of commands besides serving: `stator NAME [options]`. Main, help and docs/command-line.md derive from it; loaders.ts has what runs them. */

export const commands = [
  { name: 'advise', help: 'say what a running server has found in the way in which programs use their tables' },
  { name: 'apply', help: 'make tables of infrastructure code: CloudFormation, SAM, CDK and others' },
  { name: 'backup', help: 'copy a data folder into one file, while a server runs or none does' },
  { name: 'branch', help: 'make a table that is what another was in a second, beside the one that goes on' },
  { name: 'check', help: 'look whether all that is stored is whole and agrees, and mend what follows from items' },
  { name: 'compact', help: 'give the disk back what was deleted from a data folder' },
  { name: 'completions', help: 'print what makes a shell complete commands and options' },
  { name: 'copy', help: 'copy items between tables of any endpoints, files and buckets' },
  { name: 'cost', help: 'say what the tables of a running server would cost on AWS' },
  { name: 'diff', help: 'say which items of a table were added, removed or changed between two seconds' },
  { name: 'env', help: 'print the variables by which SDKs and the AWS CLI find a server, for a shell to take' },
  { name: 'explain-access', help: 'say why somebody may or may not do something on a running server' },
  { name: 'export', help: 'copy a table into a file' },
  { name: 'healthcheck', help: 'say whether a server is ready, by its exit code, too' },
  { name: 'help', help: 'print this, or the help of a command' },
  { name: 'import', help: 'copy a file into a table' },
  { name: 'load', help: 'send load to a table of any DynamoDB endpoint, and say what it met' },
  { name: 'mcp', help: 'let a model look at what a running server holds and has seen: the Model Context Protocol' },
  { name: 'policy', help: 'write the least policy that allows what somebody did on a running server' },
  { name: 'restore', help: 'make a data folder of a backup' },
  { name: 'seed', help: 'fill tables of a server with items of other tables, a file or a bucket, sampled and anonymised' },
  { name: 'verify-backup', help: 'look whether a backup is what was written' },
  { name: 'version', help: 'print the version' },
  { name: 'view', help: 'keep tables that follow from other tables of a running server: sums by group, items under other keys' },
] as const

export type CommandName = (typeof commands)[number]['name']
