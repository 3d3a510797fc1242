/**
 * The connections that node:http reads, as far as is to be known of them when there are too many: which of them wait for nothing, and
 * may make place for others.
 */
import type { Socket } from 'node:net'
import { connectionsLookedAtMax } from './limits.ts'

interface Known {
  /** Requests that have been read and whose answers have not been taken. */
  asked: number
  /** How much had been read when nothing was asked last: more of it is a part of a request. */
  readBytes: number
}

export class NodeConnections {
  readonly #known = new Map<Socket, Known>()

  add(socket: Socket): void {
    this.#known.set(socket, { asked: 0, readBytes: socket.bytesRead })
    socket.once('close', () => this.#known.delete(socket))
  }

  noteAsked(socket: Socket): void {
    const known = this.#known.get(socket)
    if (known !== undefined) known.asked += 1
  }

  noteAnswered(socket: Socket): void {
    const known = this.#known.get(socket)
    if (known === undefined) return
    known.asked -= 1
    known.readBytes = socket.bytesRead
  }

  /** Looks at those that were let in first, or have been looked at the longest time ago. */
  endOneIdle(): boolean {
    let looks = 0
    for (const [socket, known] of this.#known) {
      this.#known.delete(socket)
      if (known.asked === 0 && socket.bytesRead === known.readBytes) {
        socket.destroy()
        return true
      }
      this.#known.set(socket, known)
      looks += 1
      if (looks === connectionsLookedAtMax) return false
    }
    return false
  }
}
