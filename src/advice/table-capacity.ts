/** What capacity a table or an index has, and what it used: handed in by who knows metrics and auto scaling, which are services. */
export interface LineCapacity {
  /** Undefined: the table itself. */
  readonly index: string | undefined
  readonly access: 'read' | 'write'
  /** Units a second that are provisioned now; undefined on demand. */
  readonly provisioned: number | undefined
  /** Units a second over the time that was watched, and in its busiest minute. */
  readonly mean: number
  readonly peak: number
  /** How long was watched. */
  readonly minutes: number
  /** Left out: its capacity is not scaled. */
  readonly scaling?: LineScaling
}

export interface LineScaling {
  readonly min: number
  readonly max: number
  /** What a policy aims at; undefined without one. */
  readonly targetPercent: number | undefined
  /** For how long the maximum was provisioned. */
  readonly minutesAtMax: number
}
