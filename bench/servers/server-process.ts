/**
 * The process under measurement: Stator, or a bare server. It listens on a free port, and the bench asks it over IPC what CPU time
 * and memory it has used, by its own account.
 */
import { start } from '../../src/index.ts'
import { BareServer } from './bare-server.ts'

/** `spinning`: a bare server that keeps its processor busy as long as a database's work would. */
export type ServerKind = 'stator' | 'bare' | 'spinning'

export type Order =
  | { readonly kind: 'usage' }
  /** What a bare server answers from now on. */
  | { readonly kind: 'answer'; readonly target: string; readonly headers: { readonly [name: string]: string }; readonly body: string }

export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'answering' }
  /** User and system time of all threads since the process began, and resident memory. */
  | { readonly kind: 'usage'; readonly cpuMicros: number; readonly rssBytes: number }

const spinMicros = 12

function report(message: Report): void {
  process.send?.(message)
}

const [kind, dataDir = ''] = process.argv.slice(2)
const bare = kind === 'stator' ? undefined : new BareServer(kind === 'spinning' ? spinMicros : 0)

function obey(order: Order): void {
  switch (order.kind) {
    case 'usage': {
      const { user, system } = process.cpuUsage()
      report({ kind: 'usage', cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })
      break
    }
    case 'answer':
      bare?.answerWith(order.target, order)
      report({ kind: 'answering' })
  }
}

const store = dataDir.startsWith('postgres:') ? { storage: dataDir } : { dataDir }
const port = bare === undefined ? (await start({ port: 0, ...store })).port : await bare.listen(0)
process.on('message', obey)
process.on('disconnect', () => process.exit())
report({ kind: 'listening', port })
