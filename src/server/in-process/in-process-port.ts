/** A port of Stator in process: who comes there is answered by what it is at that moment, as its clients without a port are. */

import type { AnswerOther } from '../answer-http.ts'
import { answererOf } from '../ask-wing.ts'
import { loopback } from '../listen.ts'
import { hostForClients, urlAt } from '../own-address.ts'
import { type PortOptions, type Served, serveHttp } from '../serve-http.ts'
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
  const endpoint = urlAt(hostForClients(options.host ?? loopback), doors)
  await ask(async ({ functions }) => functions?.serve(endpoint))
  return { endpoint, port: doors.port, close }
}

async function servedByWhatIsThere(ask: Ask): Promise<Served> {
  // The one that was asked last: those before it, and all that was in their memory, are gone.
  let last = await ask(async (service) => service)
  const askNow: Ask = (question) =>
    ask((service) => {
      last = service
      return question(service)
    })
  // Which services there are, who is told and how requests are numbered is the same for all that come one after the other.
  const { requestIds, log } = last
  return {
    requestIds,
    log,
    ask: askNow,
    handle: (request) => askNow(({ handle }) => handle(request)),
    regionOf: (headers, query) => last.regionOf(headers, query),
    unready: () => undefined,
    otherService: (head) => {
      if (answererOf(last.otherServices, head) === undefined) return undefined
      return (body, sentBody) =>
        askNow(async ({ otherServices }) => {
          const answerOther = answererOf(otherServices, head) as AnswerOther
          return answerOther(body, sentBody)
        })
    },
  }
}
