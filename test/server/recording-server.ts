/**
 * A server that does nothing with requests but remember what it understood of them: for tests of how HTTP is read. Every answer says
 * the number of its request.
 */
import type { TestContext } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { signedAnswer } from '../../src/protocols/answer.ts'
import { RequestIds } from '../../src/protocols/request-ids.ts'
import { type Budget, type BudgetOptions, budgetOf, defaultBudget } from '../../src/server/budget/budget.ts'
import { type HttpOptions, type HttpReader, HttpServer } from '../../src/server/http.ts'
import type { HttpRequest } from '../../src/server/http-request.ts'
import { defaultHttpLimits, type HttpLimits } from '../../src/server/limits.ts'
import { RawConnection } from './raw-connection.ts'

export interface UnderstoodRequest {
  readonly method: string
  readonly url: string
  readonly headers: HttpRequest['headers']
  readonly body: string
}

export interface RecordingServer {
  readonly server: HttpServer
  readonly budget: Budget
  readonly port: number
  /** In the order in which their bodies were whole. */
  readonly requests: UnderstoodRequest[]
  readonly log: unknown[][]
  connect(options?: { allowHalfOpen?: boolean }): Promise<RawConnection>
}

export interface RecordingOptions {
  readonly http?: HttpReader
  readonly limits?: Partial<HttpLimits>
  readonly budget?: Partial<BudgetOptions>
  /** The text that follows the number in the answer. By default none. */
  readonly answer?: (request: UnderstoodRequest) => Promise<string>
}

export async function openRecordingServer(
  t: TestContext,
  { http = 'strict', limits, budget: budgetOptions, answer }: RecordingOptions = {},
): Promise<RecordingServer> {
  const requests: UnderstoodRequest[] = []
  const log: unknown[][] = []
  const requestIds = new RequestIds(seededRandom(1))
  const record = async (request: UnderstoodRequest): Promise<ReturnType<typeof signedAnswer>> => {
    requests.push(request)
    const number = requests.length
    const text = answer === undefined ? '' : await answer(request)
    return signedAnswer({ requestId: requestIds.next(), status: 200, body: `${number}${text}` })
  }
  const budget = budgetOf({ ...defaultBudget, ...budgetOptions })
  const options: HttpOptions = {
    // Whatever is not `POST /` comes by the second way.
    handle: ({ headers, query = '', body }) => {
      const url = query === '' ? '/' : `/?${query}`
      return record({ method: 'POST', url, headers: headers as HttpRequest['headers'], body: Buffer.from(body).toString('latin1') })
    },
    otherService: ({ method, url, headers }) => {
      return (body) => record({ method, url, headers, body: Buffer.from(body).toString('latin1') })
    },
    requestIds,
    regionOf: () => 'eu-west-2',
    crossOrigin: false,
    http,
    limits: { ...defaultHttpLimits, ...limits },
    budget,
    log: (...entry) => log.push(entry),
  }
  const server = new HttpServer(options)
  const port = await server.listen(0, '127.0.0.1')
  const connections: RawConnection[] = []
  t.after(async () => {
    for (const { socket } of connections) socket.destroy()
    await server.close()
  })
  return {
    server,
    budget,
    port,
    requests,
    log,
    connect: async (connectOptions) => {
      const connection = await RawConnection.open(port, connectOptions)
      connections.push(connection)
      return connection
    },
  }
}
