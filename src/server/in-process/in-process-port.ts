/** A port of Stator in process: who comes there is answered by what it is at that moment, as its clients without a port are. */

import type { AnswerOther } from '../answer-http.ts'
import { answererOf } from '../ask-wing.ts'
import { loopback } from '../listen.ts'
import { hostForClients, urlAt } from '../own-address.ts'
import { type PortOptions, type Served, servedBy, serveHttp } from '../serve-http.ts'
import type { Service } from '../service.ts'

/** Whoever answers when it is asked. */
export type Ask = <T>(question: (service: Service) => Promise<T>) => Promise<T>

export interface InProcessPort {
  /** For clients on this machine. */
  readonly endpoint: string
  readonly port: number
  close(): Promise<void>
}

/** Rejects with one sentence when the port can't be had. */
export async function listenInProcess(ask: Ask, options: PortOptions): Promise<InProcessPort> {
  const { doors, close } = await serveHttp(await servedByWhatIsThere(ask), options)
  return { endpoint: urlAt(hostForClients(options.host ?? loopback), doors), port: doors.port, close }
}

async function servedByWhatIsThere(ask: Ask): Promise<Served> {
  // Which services there are, who is told and how requests are numbered is the same for all that come after it.
  const first = await ask(async (service) => service)
  return {
    ...servedBy(first),
    ask,
    handle: (request) => ask(({ handle }) => handle(request)),
    unready: () => undefined,
    otherService: (head) => {
      if (answererOf(first.otherServices, head) === undefined) return undefined
      return (body, sentBody) =>
        ask(async ({ otherServices }) => {
          const answerOther = answererOf(otherServices, head) as AnswerOther
          return answerOther(body, sentBody)
        })
    },
  }
}
