/**
 * The process under measurement: Stator, or a bare node:http server that reads the same bodies and answers with the same ones.
 * It listens on a free port, and the bench asks it over IPC what CPU time and memory it has used, by its own account.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { start } from '../src/index.ts'

export type Order =
  | { readonly kind: 'usage' }
  /** What the bare server answers from now on. */
  | { readonly kind: 'answer'; readonly headers: { readonly [name: string]: string }; readonly body: string }

export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'answering' }
  /** User and system time of all threads since the process began, and resident memory. */
  | { readonly kind: 'usage'; readonly cpuMicros: number; readonly rssBytes: number }

let answer: { readonly headers: { readonly [name: string]: string }; readonly body: string } = { headers: {}, body: '{}' }

/** The price of HTTP itself: whatever a database adds stands on top of this. */
function startBare(): Promise<{ port: number }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      Buffer.concat(chunks)
      response.writeHead(200, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) })
      response.end(answer.body)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port }))
  })
}

function report(message: Report): void {
  process.send?.(message)
}

function obey(order: Order): void {
  switch (order.kind) {
    case 'usage': {
      const { user, system } = process.cpuUsage()
      report({ kind: 'usage', cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })
      break
    }
    case 'answer':
      answer = order
      report({ kind: 'answering' })
  }
}

const [kind, dataDir = ''] = process.argv.slice(2)
const { port } =
  kind === 'bare' ? await startBare() : await start({ port: 0, ...(dataDir.startsWith('postgres:') ? { storage: dataDir } : { dataDir }) })
process.on('message', obey)
process.on('disconnect', () => process.exit())
report({ kind: 'listening', port })
