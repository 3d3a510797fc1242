/** The heat of a table or of one of its global indexes. */
import type { SpaceHeat } from '../../../src/server/control/traffic-routes.ts'
import { control } from '../../server/ask.ts'
import { type Polled, usePolled } from '../../server/polled.ts'

export function useHeat(table: string, index: string | undefined, minutes: number, everyMs: number): Polled<SpaceHeat> {
  return usePolled(`heat ${table} ${index ?? ''} ${minutes}`, everyMs, (signal) =>
    control<SpaceHeat>('GET', `tables/${encodeURIComponent(table)}/heat`, { index, minutes }, signal),
  )
}
