/** Numbers as people read them: with units and thousands, times in the reader's zone. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const fraction = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const minuteTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const dayMinute = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const dayTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

export function count(value: number): string {
  return value >= 100 || Number.isInteger(value) ? whole.format(value) : fraction.format(value)
}

/** `1 item`, `2 items`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

export function bytes(value: number): string {
  const steps = ['B', 'KB', 'MB', 'GB', 'TB']
  let amount = value
  let step = 0
  while (amount >= 1024 && step < steps.length - 1) {
    amount /= 1024
    step += 1
  }
  return `${step === 0 ? whole.format(amount) : fraction.format(amount)} ${steps[step]}`
}

export function dollars(value: number): string {
  if (value === 0) return '$0'
  return value < 0.01 ? '< $0.01' : `$${value < 100 ? value.toFixed(2) : whole.format(value)}`
}

export function milliseconds(value: number): string {
  return value >= 1000 ? `${fraction.format(value / 1000)} s` : `${fraction.format(value)} ms`
}

/** A span of time in its two greatest units: `3 h 20 min`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const steps = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const
  const at = steps.findIndex(([, length]) => seconds >= length)
  const [unit, length] = steps[at] ?? ['s', 1]
  const [lesser, lesserLength] = steps[at + 1] ?? ['', 0]
  const rest = lesserLength === 0 ? 0 : Math.floor((seconds % length) / lesserLength)
  return `${Math.floor(seconds / length)} ${unit}${rest > 0 ? ` ${rest} ${lesser}` : ''}`
}

export function percent(share: number): string {
  const value = share * 100
  return `${value >= 10 || value === 0 ? Math.round(value) : fraction.format(value)} %`
}

export function time(ms: number): string {
  return clockTime.format(ms)
}

export function minute(ms: number): string {
  return minuteTime.format(ms)
}

export function dayAndMinute(ms: number): string {
  return dayMinute.format(ms)
}

export function dayAndTime(ms: number): string {
  return dayTime.format(ms)
}

/** For whoever points at a time. */
export function utc(ms: number): string {
  return new Date(ms).toISOString()
}
