/** What to do about each reason for which requests are throttled, and what people try that does not help (the guide's pages on throttling). */

export interface Remedy {
  readonly change: string
  readonly inVain: string
}

/** Reasons are `<Table|Index><Read|Write><cause>`; each cause has one answer, but for reads and writes. */
export function remedyFor(reason: string): Remedy {
  const [, what = 'Table', access = 'Read', cause = ''] = /^(Table|Index)(Read|Write)(\w+)$/.exec(reason) ?? []
  const thing = what === 'Index' ? 'the index' : 'the table'
  const isWrite = access === 'Write'
  const slowIndex = what === 'Index' && isWrite ? ' An index that cannot keep up throttles writes to its table.' : ''
  switch (cause) {
    case 'KeyRangeThroughputExceeded':
      return {
        change: isWrite
          ? `One range of keys of ${thing} is written faster than 1,000 units a second. Spread the key (write sharding: a suffix from 0 to N), or write it less often.${slowIndex}`
          : `One range of keys of ${thing} is read faster than 3,000 units a second. Cache what is hot, read it eventually consistent, or spread it.`,
        inVain: 'More provisioned capacity, or on demand: the limit is that of one partition.',
      }
    case 'ProvisionedThroughputExceeded':
      return {
        change: `Raise the ${access.toLowerCase()} units of ${thing}, let auto scaling do it sooner, or make it on demand.${slowIndex}`,
        inVain: 'Other keys: all of them together are too much for what is provisioned. Burst capacity is used up, too.',
      }
    case 'MaxOnDemandThroughputExceeded':
      return {
        change: `Raise the maximum on-demand throughput that was set for ${thing}, or remove it.`,
        inVain: 'Waiting for on demand to grow: the maximum was set by hand.',
      }
    case 'AccountLimitExceeded':
      return {
        change: 'Ask AWS for a higher quota of the account in this region, or spread the load over tables or time.',
        inVain: 'Settings of this table: all tables together meet the quota.',
      }
    default:
      return reason === 'ControlPlaneRequestRateExceeded'
        ? { change: 'Make, change and describe tables less often: keep what DescribeTable said.', inVain: 'Capacity of any table.' }
        : {
            change: 'See the guide’s page on throttling for this reason.',
            inVain: 'Trying again at once: wait longer each time, with a random part.',
          }
  }
}
