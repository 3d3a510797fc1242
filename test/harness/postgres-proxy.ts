/** A stranger between a store and its PostgreSQL, who cuts connections at the worst moments, or lets nothing through for a while. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What becomes of a piece that asks for a COMMIT and of the connection that it came over. */
export type CommitFate =
  | 'passes'
  /** It never arrives. */
  | 'is lost'
  /** It arrives; the answer does not. */
  | 'is not answered'
  /** The store is cut off first, and the database gets it when somebody has committed something else. */
  | 'comes late'

const socketName = '.s.PGSQL.5432'
/** As it is asked for, and as it is answered. */
const committed = Buffer.from('COMMIT\0')

export class PostgresProxy {
  readonly folder: string
  readonly #server: Server
  readonly #folderBehind: string
  readonly #sockets = new Set<Socket>()
  #late: (() => void)[] = []
  readonly #fateOf: () => CommitFate
  #isStalled = false
  #isCutOff = false

  private constructor(folderBehind: string, fateOf: () => CommitFate) {
    this.folder = mkdtempSync(join(tmpdir(), 'stator-proxy-'))
    this.#folderBehind = folderBehind
    this.#fateOf = fateOf
    this.#server = createServer((client) => this.#connect(client))
  }

  /** In front of the PostgreSQL whose socket is in this folder. */
  static async start(folderBehind: string, fateOf: () => CommitFate): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(folderBehind, fateOf)
    await new Promise<void>((listening) => proxy.#server.listen(join(proxy.folder, socketName), listening))
    return proxy
  }

  /** Nothing comes through, in either direction, until it goes on. */
  stall(): void {
    this.#isStalled = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Ends all connections, and lets in no others until it goes on. */
  cutOff(): void {
    this.#isCutOff = true
    for (const socket of this.#sockets) socket.destroy()
  }

  goOn(): void {
    this.#isStalled = false
    this.#isCutOff = false
    for (const socket of this.#sockets) socket.resume()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((closed) => this.#server.close(closed))
    rmSync(this.folder, { recursive: true, force: true })
  }

  #connect(client: Socket): void {
    if (this.#isCutOff) {
      client.destroy()
      return
    }
    const database = createConnection(join(this.#folderBehind, socketName))
    for (const socket of [client, database]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    }
    let isCut = false
    let isUnanswered = false
    database.on('data', (piece: Buffer) => {
      if (isUnanswered && piece.includes(committed)) {
        isCut = true
        client.destroy()
        database.destroy()
      }
      if (isCut) return
      client.write(piece)
      if (piece.includes(committed)) for (const deliver of this.#late.splice(0)) deliver()
    })
    database.on('close', () => client.destroy())
    client.on('close', () => {
      if (!isCut) database.destroy()
    })
    client.on('data', (piece: Buffer) => {
      const fate = piece.includes(committed) ? this.#fateOf() : 'passes'
      isUnanswered ||= fate === 'is not answered'
      if (fate === 'passes' || fate === 'is not answered') {
        database.write(piece)
        return
      }
      isCut = true
      client.destroy()
      if (fate === 'is lost') database.destroy()
      else this.#late.push(() => database.end(piece))
    })
    if (this.#isStalled) for (const socket of [client, database]) socket.pause()
  }
}
