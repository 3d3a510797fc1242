/** Node's SQLite, not imported by name: a Node.js without it could not read the package, and so not say that it is too old (cli/require-node.ts). */
const sqlite: typeof import('node:sqlite') = process.getBuiltinModule('node:sqlite')

export const DatabaseSync: typeof sqlite.DatabaseSync = sqlite.DatabaseSync
export type DatabaseSync = InstanceType<typeof sqlite.DatabaseSync>
export const backup: typeof sqlite.backup = sqlite.backup
