/** A request to another server whose whole answer is a short text: not waited for longer, and not read further, than the limits say. */
import { inTime } from '../base/in-time.ts'
import { DataStreamFault } from './data-stream.ts'
import { quotedLengthMax, streamAnswerBytesMax, streamTimeoutMs } from './limits.ts'

export interface ServerRequest {
  readonly url: URL
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
  /** Who is asked, for people. */
  readonly who: string
}

export interface ServerAnswer {
  readonly status: number
  readonly text: string
}

/** A POST. Rejects with DataStreamFault when nobody answers, or with too much. No redirect is followed: it would lead where nobody said. */
export async function askServer({ url, headers, body, who }: ServerRequest): Promise<ServerAnswer> {
  try {
    return await inTime(streamTimeoutMs, async (signal) => {
      const answer = await fetch(url, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer>, redirect: 'manual', signal })
      return { status: answer.status, text: await boundedText(answer, who) }
    })
  } catch (error) {
    if (error instanceof DataStreamFault) throw error
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message
    throw new DataStreamFault('Unreachable', `${who} cannot be reached: ${why}`, { isPassing: true, cause: error })
  }
}

/** As much of a text as people are shown, in one line. */
export function quoted(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, quotedLengthMax)
}

async function boundedText({ body }: Response, who: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body ?? []) {
    bytes += piece.length
    if (bytes > streamAnswerBytesMax) throw new DataStreamFault('TooMuch', `${who} answers with too much`, { isPassing: true })
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString('utf8')
}
