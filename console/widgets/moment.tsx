/** A time in the reader's zone, and in UTC for whoever points at it. */
import { dayAndTime, utc } from '../values/shown-numbers.ts'

interface MomentProps {
  /** Since the Unix epoch, as DynamoDB says times. */
  readonly seconds: number
}

export function Moment({ seconds }: MomentProps) {
  const ms = seconds * 1000
  return (
    <time dateTime={utc(ms)} title={utc(ms)}>
      {dayAndTime(ms)}
    </time>
  )
}
