/** What the bench must know of a server, whoever started it and whatever it is. */

export interface Usage {
  /** User and system time of all threads since the beginning. */
  readonly cpuMicros: number
  readonly rssBytes: number
  /** Of a database behind the server. */
  readonly databaseCpuMicros?: number
}

export interface Server {
  readonly name: string
  /** Connections are divided among them. */
  readonly ports: readonly number[]
  /** Whether it answers only to signatures that are true, so that each request must be signed. */
  readonly checksSignatures: boolean
  usage(): Promise<Usage>
  stop(): Promise<void>
}

export function portOf({ name, ports }: Server): number {
  const [port] = ports
  if (port === undefined) throw new Error(`${name} listens nowhere`)
  return port
}
