/** A stream that is an address: the records of a batch are sent there as lines of JSON, and are taken when the answer is a 2xx. */
import { askServer, quoted } from './ask-server.ts'
import { type DataStream, DataStreamFault } from './data-stream.ts'

export interface HttpSink {
  readonly url: string
  readonly headers: { readonly [name: string]: string }
}

export function openHttpStream({ url, headers }: HttpSink): DataStream {
  return {
    isAllOrNothing: true,
    // Whether somebody is there shows when there is something to say.
    find: async () => {},
    put: async (records) => {
      const body = Buffer.from(records.map(({ data }) => `${data}\n`).join(''))
      const { origin } = new URL(url)
      const answer = await askServer({
        url: new URL(url),
        headers: { 'content-type': 'application/x-ndjson', ...headers },
        body,
        who: origin,
      })
      const isTaken = answer.status >= 200 && answer.status <= 299
      if (isTaken) return { failed: new Map() }
      throw new DataStreamFault('Refused', `${origin} answers ${answer.status}: ${quoted(answer.text)}`, { isPassing: true })
    },
  }
}
